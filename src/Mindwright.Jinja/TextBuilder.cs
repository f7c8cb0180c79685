using System.Text;

namespace Mindwright.Jinja;

/// <summary>Joins texts and their origins, within a budget.</summary>
internal sealed class TextBuilder(Budget budget)
{
    private readonly StringBuilder _text = new();
    private readonly List<(int End, bool IsOwn)> _runs = [];

    public int Length => _text.Length;

    public TextBuilder Append(TracedText text)
    {
        Pay(text.Length);
        _text.Append(text.Value);
        if (text.IsAllOwn)
            Extend(text.Length, true);
        else
            for (var i = 0; i < text.Length; i++)
                Extend(1, text.IsOwn(i));
        return this;
    }

    public TextBuilder Append(TracedText text, int start, int length) => Append(text.Slice(start, length));

    /// <summary>Appends what the interpreter writes on its own: numbers, brackets, quotes.</summary>
    public TextBuilder Append(string text, bool isOwn = true)
    {
        Pay(text.Length);
        _text.Append(text);
        Extend(text.Length, isOwn);
        return this;
    }

    public TracedText ToText()
    {
        if (_runs.Count == 0)
            return TracedText.Empty;
        var value = _text.ToString();
        if (_runs.Count == 1)
            return _runs[0].IsOwn ? TracedText.Own(value) : TracedText.Given(value);
        var own = new bool[value.Length];
        var start = 0;
        foreach (var (end, isOwn) in _runs)
        {
            own.AsSpan(start, end - start).Fill(isOwn);
            start = end;
        }
        return TracedText.Mixed(value, own);
    }

    private void Pay(int length)
    {
        budget.Characters(length);
        budget.Size(_text.Length + (long)length);
    }

    private void Extend(int length, bool isOwn)
    {
        if (length == 0)
            return;
        var end = (_runs.Count == 0 ? 0 : _runs[^1].End) + length;
        if (_runs.Count > 0 && _runs[^1].IsOwn == isOwn)
            _runs[^1] = (end, isOwn);
        else
            _runs.Add((end, isOwn));
    }
}
