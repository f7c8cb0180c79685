using System.Text;

namespace Mindwright.Jinja;

/// <summary>Joins texts and their origins, within a budget.</summary>
internal sealed class TextBuilder(Budget budget)
{
    private readonly StringBuilder _text = new();
    private readonly List<(int End, bool IsTrusted)> _runs = [];

    public TextBuilder Append(JinjaText text)
    {
        Pay(text.Length);
        _text.Append(text.Value);
        if (text.IsAllTrusted)
            Extend(text.Length, true);
        else
            for (var i = 0; i < text.Length; i++)
                Extend(1, text.IsTrusted(i));
        return this;
    }

    public TextBuilder Append(JinjaText text, int start, int length) => Append(text.Slice(start, length));

    /// <summary>Appends what the interpreter writes on its own: numbers, brackets, quotes.</summary>
    public TextBuilder Append(string text, bool isTrusted = true)
    {
        Pay(text.Length);
        _text.Append(text);
        Extend(text.Length, isTrusted);
        return this;
    }

    public JinjaText ToText()
    {
        if (_runs.Count == 0)
            return JinjaText.Empty;
        var value = _text.ToString();
        if (_runs.Count == 1)
            return _runs[0].IsTrusted ? JinjaText.Trusted(value) : JinjaText.Untrusted(value);
        var origins = new bool[value.Length];
        var start = 0;
        foreach (var (end, isTrusted) in _runs)
        {
            origins.AsSpan(start, end - start).Fill(isTrusted);
            start = end;
        }
        return JinjaText.Mixed(value, origins);
    }

    private void Pay(int length)
    {
        budget.Characters(length);
        budget.Size(_text.Length + (long)length);
    }

    private void Extend(int length, bool isTrusted)
    {
        if (length == 0)
            return;
        var end = (_runs.Count == 0 ? 0 : _runs[^1].End) + length;
        if (_runs.Count > 0 && _runs[^1].IsTrusted == isTrusted)
            _runs[^1] = (end, isTrusted);
        else
            _runs.Add((end, isTrusted));
    }
}
