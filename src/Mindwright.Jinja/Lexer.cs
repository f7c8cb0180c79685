using System.Text.RegularExpressions;

namespace Mindwright.Jinja;

/// <summary>
/// Cuts a template into tokens, with white space treated as Hugging Face sets Jinja up: <c>trim_blocks</c> (the newline after a
/// block or comment goes) and <c>lstrip_blocks</c> (so does indentation before one). <c>-</c> and <c>+</c> inside a tag override both.
/// </summary>
internal sealed partial class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineCountedTo;

    private Lexer(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = source.EndsWith('\n') ? source[..^1] : source;
    }

    public static IReadOnlyList<Token> Read(string source)
    {
        var lexer = new Lexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        var lineStarts = true; // whether what stands before _at ends a line, so that indentation may begin here
        while (_at < _source.Length)
        {
            var tag = NextTag();
            if (tag < 0)
            {
                AddData(_source[_at..]);
                _at = _source.Length;
                break;
            }
            var kind = _source[tag + 1];
            var raw = RawBegin().Match(_source, tag);
            var sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : ' ';
            AddData(TextBefore(_source[_at..tag], sign, kind == '{', lineStarts));
            _at = tag + (sign == ' ' ? 2 : 3);
            if (raw.Success)
                ReadRaw(raw);
            else if (kind == '#')
                SkipComment(tag);
            else
                ReadTag(kind == '%', tag);
            lineStarts = _source[_at - 1] == '\n';
        }
        _tokens.Add(new Token(TokenKind.End, "", LineAt(_at)));
    }

    private int NextTag()
    {
        for (var i = _source.IndexOf('{', _at); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
            if (_source[i + 1] is '%' or '{' or '#')
                return i;
        return -1;
    }

    private static string TextBefore(string text, char sign, bool isVariable, bool lineStarts)
    {
        if (sign == '-')
            return text.TrimEnd(Characters.Spaces);
        if (sign == '+' || isVariable)
            return text;
        var line = text.LastIndexOf('\n') + 1;
        return (line > 0 || lineStarts) && text.AsSpan(line).Trim(Characters.Spaces).IsEmpty ? text[..line] : text;
    }

    private void AddData(string text)
    {
        if (text.Length > 0)
            _tokens.Add(new Token(TokenKind.Data, text, LineAt(_at)));
    }

    private void SkipComment(int tag)
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
            throw new JinjaError("a comment {# has no end #}", LineAt(tag));
        var sign = end > _at ? _source[end - 1] : ' ';
        _at = end + 2;
        SkipAfter(sign, trimNewline: true);
    }

    private void ReadRaw(Match begin)
    {
        _at = begin.Index + begin.Length;
        var end = RawEnd().Match(_source, _at);
        if (!end.Success)
            throw new JinjaError("{% raw %} has no {% endraw %}", LineAt(begin.Index));
        var sign = end.Groups[1].Value;
        AddData(TextBefore(_source[_at..end.Index], sign.Length > 0 ? sign[0] : ' ', false, false));
        _at = end.Index + end.Length;
    }

    private void SkipAfter(char sign, bool trimNewline)
    {
        if (sign == '-')
            while (_at < _source.Length && Characters.IsSpace(_source[_at]))
                _at++;
        else if (sign != '+' && trimNewline && _at < _source.Length && _source[_at] == '\n')
            _at++;
    }

    private int LineAt(int position)
    {
        _line += _source.AsSpan(_lineCountedTo, Math.Max(0, position - _lineCountedTo)).Count('\n');
        _lineCountedTo = Math.Max(position, _lineCountedTo);
        return _line;
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd();
}
