namespace Mindwright.Jinja;

internal abstract record Expression(int Line);

internal sealed record Constant(int Line, object Value) : Expression(Line);

internal sealed record Name(int Line, string Id) : Expression(Line);

internal sealed record ListLiteral(int Line, IReadOnlyList<Expression> Items, bool IsTuple) : Expression(Line);

internal sealed record DictLiteral(int Line, IReadOnlyList<(Expression Key, Expression Value)> Items) : Expression(Line);

internal sealed record AttributeOf(int Line, Expression Target, string Attribute) : Expression(Line);

internal sealed record Subscript(int Line, Expression Target, Expression Index) : Expression(Line);

internal sealed record SliceOf(int Line, Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression(Line);

internal sealed record Call(int Line, Expression Function, CallArguments Arguments) : Expression(Line);

internal sealed record FilterCall(int Line, Expression Input, string Filter, CallArguments Arguments) : Expression(Line);

internal sealed record TestCall(int Line, Expression Input, string Test, CallArguments Arguments) : Expression(Line);

internal sealed record Unary(int Line, string Operator, Expression Operand) : Expression(Line);

internal sealed record Binary(int Line, string Operator, Expression Left, Expression Right) : Expression(Line);

internal sealed record Comparison(int Line, Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest) : Expression(Line);

internal sealed record Concatenation(int Line, IReadOnlyList<Expression> Parts) : Expression(Line);

internal sealed record Conditional(int Line, Expression Then, Expression Condition, Expression? Else) : Expression(Line);

/// <summary>The text that the body of a filter block or a filtered set block gave.</summary>
internal sealed record Captured(int Line) : Expression(Line);

/// <param name="Positional">Arguments by position.</param>
/// <param name="Named">Arguments by name.</param>
/// <param name="Star">A sequence whose items follow the positional ones.</param>
/// <param name="DoubleStar">A mapping whose items follow the named ones.</param>
internal sealed record CallArguments(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? Star, Expression? DoubleStar)
{
    public static readonly CallArguments None = new([], [], null, null);
}

/// <summary>What a value is assigned to: a name, an attribute of a namespace, or several targets at once.</summary>
internal abstract record Target(int Line);

internal sealed record NameTarget(int Line, string Id) : Target(Line);

internal sealed record NamespaceTarget(int Line, string Id, string Attribute) : Target(Line);

internal sealed record TupleTarget(int Line, IReadOnlyList<Target> Items) : Target(Line);

internal abstract record Statement(int Line);

internal sealed record Data(int Line, JinjaText Text) : Statement(Line);

internal sealed record Output(int Line, Expression Value) : Statement(Line);

internal sealed record If(
    int Line, IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else) : Statement(Line);

internal sealed record For(
    int Line, Target Target, Expression Items, Expression? Condition, bool IsRecursive,
    IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Else) : Statement(Line);

internal sealed record Set(int Line, Target Target, Expression Value) : Statement(Line);

/// <param name="Line">Where it begins.</param>
/// <param name="Target">Where the text goes; null prints it.</param>
/// <param name="Value">The text, a <see cref="Captured"/>, through its filters.</param>
/// <param name="Body">What makes the text.</param>
internal sealed record Capture(int Line, Target? Target, Expression Value, IReadOnlyList<Statement> Body) : Statement(Line);

internal sealed record MacroDefinition(int Line, string Id, MacroBody Macro) : Statement(Line);

internal sealed record CallBlock(int Line, Call Call, MacroBody Caller) : Statement(Line);

/// <param name="Parameters">Names, and defaults where there are some.</param>
/// <param name="Body">What it writes.</param>
/// <param name="TakesVarargs">Whether the body looks at further arguments by position.</param>
/// <param name="TakesKwargs">Whether the body looks at further arguments by name.</param>
internal sealed record MacroBody(
    IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body, bool TakesVarargs, bool TakesKwargs);

internal sealed record With(int Line, IReadOnlyList<(Target Target, Expression Value)> Values, IReadOnlyList<Statement> Body) : Statement(Line);

internal sealed record Break(int Line) : Statement(Line);

internal sealed record Continue(int Line) : Statement(Line);
