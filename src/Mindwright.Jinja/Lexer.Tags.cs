using System.Text;

namespace Mindwright.Jinja;

internal sealed partial class Lexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ","];

    private void ReadTag(bool isBlock, int tag)
    {
        Add(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, "", tag);
        var end = isBlock ? "%}" : "}}";
        var open = 0; // brackets: inside {…} the characters }} close two dictionaries, not the tag
        while (_at < _source.Length)
        {
            var c = _source[_at];
            if (Characters.IsSpace(c))
                _at++;
            else if (open == 0 && TryEnd(end, isBlock))
                return;
            else if (c is '\'' or '"')
                ReadString(c);
            else if (char.IsAsciiDigit(c))
                ReadNumber();
            else if (char.IsLetter(c) || c == '_')
                ReadName();
            else
            {
                var text = Array.Find(Operators, op => _source.AsSpan(_at).StartsWith(op, StringComparison.Ordinal))
                    ?? throw new JinjaError($"the character '{c}' has no meaning inside a tag", LineAt(_at));
                open += text is "(" or "[" or "{" ? 1 : text is ")" or "]" or "}" ? -1 : 0;
                if (open < 0)
                    throw new JinjaError($"'{text}' closes nothing", LineAt(_at));
                Add(TokenKind.Operator, text, _at);
                _at += text.Length;
            }
        }
        throw new JinjaError($"a tag {(isBlock ? "{%" : "{{")} has no end {end}", LineAt(tag));
    }

    private bool TryEnd(string end, bool isBlock)
    {
        var sign = _source[_at] is '-' || (isBlock && _source[_at] is '+') ? _source[_at] : ' ';
        var at = sign == ' ' ? _at : _at + 1;
        if (!_source.AsSpan(at).StartsWith(end, StringComparison.Ordinal))
            return false;
        Add(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, "", _at);
        _at = at + 2;
        SkipAfter(sign, trimNewline: isBlock);
        return true;
    }

    private void Add(TokenKind kind, string text, int position) => _tokens.Add(new Token(kind, text, LineAt(position)));

    private void ReadName()
    {
        var start = _at;
        while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_'))
            _at++;
        Add(TokenKind.Name, _source[start.._at], start);
    }

    private void ReadNumber()
    {
        var start = _at;
        SkipDigits();
        var isFloat = false;
        var afterDot = start > 0 && _source[start - 1] == '.'; // in a.0.1 the numbers are positions
        if (!afterDot && _at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            isFloat = true;
            _at++;
            SkipDigits();
        }
        if (_at < _source.Length && _source[_at] is 'e' or 'E')
        {
            var digits = _at + 1 < _source.Length && _source[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
            if (digits < _source.Length && char.IsAsciiDigit(_source[digits]))
            {
                isFloat = true;
                _at = digits;
                SkipDigits();
            }
        }
        Add(isFloat ? TokenKind.Float : TokenKind.Integer, _source[start.._at].Replace("_", "", StringComparison.Ordinal), start);

        void SkipDigits()
        {
            while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || _source[_at] == '_'))
                _at++;
        }
    }

    // The escapes are Python's; one that it does not know stays as it stands, backslash and all.
    private void ReadString(char quote)
    {
        var start = _at++;
        var text = new StringBuilder();
        while (_at < _source.Length && _source[_at] != quote)
        {
            var c = _source[_at++];
            if (c != '\\' || _at == _source.Length)
            {
                text.Append(c);
                continue;
            }
            c = _source[_at++];
            _ = c switch
            {
                'n' => text.Append('\n'),
                't' => text.Append('\t'),
                'r' => text.Append('\r'),
                'a' => text.Append('\a'),
                'b' => text.Append('\b'),
                'f' => text.Append('\f'),
                'v' => text.Append('\v'),
                '\\' or '\'' or '"' => text.Append(c),
                '\n' => text,
                'x' => text.Append(Escaped(2)),
                'u' => text.Append(Escaped(4)),
                'U' => text.Append(Escaped(8)),
                >= '0' and <= '7' => text.Append(Octal(c - '0')),
                _ => text.Append('\\').Append(c),
            };
        }
        if (_at >= _source.Length)
            throw new JinjaError("a string has no end", LineAt(start));
        _at++;
        Add(TokenKind.String, text.ToString(), start);
    }

    private string Escaped(int digits)
    {
        if (_at + digits <= _source.Length
            && int.TryParse(_source.AsSpan(_at, digits), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code)
            && code is >= 0 and <= 0x10ffff)
        {
            _at += digits;
            return code > 0xffff ? char.ConvertFromUtf32(code) : ((char)code).ToString();
        }
        throw new JinjaError("a string has a broken escape", LineAt(_at));
    }

    private char Octal(int code)
    {
        for (var i = 0; i < 2 && _at < _source.Length && _source[_at] is >= '0' and <= '7'; i++)
            code = code * 8 + (_source[_at++] - '0');
        return (char)code;
    }
}
