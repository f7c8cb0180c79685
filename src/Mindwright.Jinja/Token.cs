namespace Mindwright.Jinja;

internal enum TokenKind { Data, BlockBegin, BlockEnd, VariableBegin, VariableEnd, Name, String, Integer, Float, Operator, End }

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text: of a string without quotes and escapes.</param>
/// <param name="Line">The template's line it stands on, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public bool Is(string @operator) => Kind == TokenKind.Operator && Text == @operator;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.BlockEnd => "'%}'",
        TokenKind.VariableEnd => "'}}'",
        TokenKind.Data or TokenKind.BlockBegin or TokenKind.VariableBegin => "the end of the tag",
        TokenKind.String => $"the string '{Text}'",
        _ => $"'{Text}'",
    };
}
