namespace Mindwright.Jinja;

/// <summary>The tokens of a template, read from first to last by the two parsers.</summary>
internal sealed class TokenReader(IReadOnlyList<Token> tokens)
{
    // Far beyond real templates (about a dozen), far below what overflows a stack.
    private const int MaxDepth = 100;
    private int _at;
    private int _depth;

    public Token Current => tokens[_at];

    /// <summary>The token after the current one.</summary>
    public Token Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public int Position => _at;

    /// <summary>Whether a name stands between a position and the current token.</summary>
    public bool AnyName(string name, int from) => tokens.Skip(from).Take(_at - from).Any(token => token.IsName(name));

    public Token Next()
    {
        var token = tokens[_at];
        if (token.Kind != TokenKind.End)
            _at++;
        return token;
    }

    public Token? Take(string @operator) => Current.Is(@operator) ? Next() : null;

    public Token? TakeName(string name) => Current.IsName(name) ? Next() : null;

    public Token Expect(string @operator) =>
        Take(@operator) ?? throw new JinjaError($"{Current} stands where '{@operator}' should", Current.Line);

    public Token Expect(TokenKind kind) =>
        Current.Kind == kind ? Next() : throw new JinjaError($"{Current} stands where {new Token(kind, "", 0)} should", Current.Line);

    public Token ExpectName(string what) =>
        Current.Kind == TokenKind.Name ? Next() : throw new JinjaError($"{Current} stands where the name of {what} should", Current.Line);

    public void Enter()
    {
        if (++_depth > MaxDepth)
            throw new JinjaError($"the template is nested more than {MaxDepth} deep", Current.Line);
    }

    public void Leave() => _depth--;
}
