using System.Globalization;
using System.Text;

namespace Mindwright.Jinja;

/// <summary>Recursive descent over expressions, with Jinja's precedence: from <c>a if b else c</c> down to postfixes and filters.</summary>
internal sealed class ExpressionParser(TokenReader tokens)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    public Expression Parse()
    {
        tokens.Enter();
        var value = ParseOr();
        while (tokens.TakeName("if") is { } at)
        {
            var condition = ParseOr();
            value = new Conditional(at.Line, value, condition, tokens.TakeName("else") is null ? null : Parse());
        }
        tokens.Leave();
        return value;
    }

    /// <summary>An expression, or several with commas between them, which make a tuple.</summary>
    public Expression ParseTuple(bool withCondition = true)
    {
        var first = tokens.Current;
        var item = withCondition ? Parse() : ParseOr();
        if (!tokens.Current.Is(","))
            return item;
        var items = new List<Expression> { item };
        while (tokens.Take(",") is not null && !EndsTuple())
            items.Add(withCondition ? Parse() : ParseOr());
        return new ListLiteral(first.Line, items, IsTuple: true);
    }

    private bool EndsTuple() =>
        tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd || tokens.Current.Is(")") || tokens.Current.IsName("in");

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (tokens.TakeName("or") is { } at)
            left = new Binary(at.Line, "or", left, ParseAnd());
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (tokens.TakeName("and") is { } at)
            left = new Binary(at.Line, "and", left, ParseNot());
        return left;
    }

    private Expression ParseNot()
    {
        if (tokens.TakeName("not") is not { } at)
            return ParseComparison();
        tokens.Enter();
        var negated = new Unary(at.Line, "not", ParseNot());
        tokens.Leave();
        return negated;
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (Array.Find(Comparisons, tokens.Current.Is) is { } op)
            {
                tokens.Next();
                rest.Add((op, ParseSum()));
            }
            else if (tokens.TakeName("in") is not null)
                rest.Add(("in", ParseSum()));
            else if (tokens.Current.IsName("not") && tokens.Following.IsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", ParseSum()));
            }
            else
                return rest.Count == 0 ? first : new Comparison(first.Line, first, rest);
        }
    }

    private Expression ParseSum() => ParseBinary(["+", "-"], ParseConcatenation);

    private Expression ParseConcatenation()
    {
        var first = ParseProduct();
        if (!tokens.Current.Is("~"))
            return first;
        var parts = new List<Expression> { first };
        while (tokens.Take("~") is not null)
            parts.Add(ParseProduct());
        return new Concatenation(first.Line, parts);
    }

    private Expression ParseProduct() => ParseBinary(["*", "/", "//", "%"], ParsePower);

    private Expression ParsePower() => ParseBinary(["**"], () => ParseUnary());

    private Expression ParseBinary(string[] operators, Func<Expression> operand)
    {
        var left = operand();
        while (Array.Find(operators, tokens.Current.Is) is { } op)
            left = new Binary(tokens.Next().Line, op, left, operand());
        return left;
    }

    private Expression ParseUnary(bool withFilters = true)
    {
        var at = tokens.Current;
        Expression value;
        if (at.Is("-") || at.Is("+"))
        {
            tokens.Next();
            tokens.Enter();
            value = new Unary(at.Line, at.Text, ParseUnary(withFilters: false));
            tokens.Leave();
        }
        else
            value = ParsePrimary();
        value = ParsePostfix(value);
        return withFilters ? ParseFilters(value) : value;
    }

    private Expression ParsePrimary()
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Constant(token.Line, true),
                    "false" or "False" => new Constant(token.Line, false),
                    "none" or "None" => new Constant(token.Line, None.Value),
                    _ => new Name(token.Line, token.Text),
                };
            case TokenKind.String:
                var text = new StringBuilder(token.Text);
                while (tokens.Current.Kind == TokenKind.String)
                    text.Append(tokens.Next().Text);
                return new Constant(token.Line, JinjaText.Trusted(text.ToString()));
            case TokenKind.Integer:
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer)
                    ? new Constant(token.Line, integer)
                    : throw new JinjaError($"the number {token.Text} is too large", token.Line);
            case TokenKind.Float:
                return new Constant(token.Line, double.Parse(token.Text, CultureInfo.InvariantCulture));
        }
        if (token.Is("("))
            return ParseParentheses(token.Line);
        if (token.Is("["))
            return new ListLiteral(token.Line, ParseList("]"), IsTuple: false);
        if (token.Is("{"))
            return ParseDict(token.Line);
        throw new JinjaError($"{token} stands where a value should", token.Line);
    }

    private Expression ParseParentheses(int line)
    {
        if (tokens.Take(")") is not null)
            return new ListLiteral(line, [], IsTuple: true);
        tokens.Enter();
        var value = ParseTuple();
        tokens.Leave();
        tokens.Expect(")");
        return value;
    }

    private List<Expression> ParseList(string end)
    {
        var items = new List<Expression>();
        while (tokens.Take(end) is null)
        {
            if (items.Count > 0)
                tokens.Expect(",");
            if (tokens.Take(end) is not null)
                break;
            items.Add(Parse());
        }
        return items;
    }

    private DictLiteral ParseDict(int line)
    {
        var items = new List<(Expression, Expression)>();
        while (tokens.Take("}") is null)
        {
            if (items.Count > 0)
                tokens.Expect(",");
            if (tokens.Take("}") is not null)
                break;
            var key = Parse();
            tokens.Expect(":");
            items.Add((key, Parse()));
        }
        return new DictLiteral(line, items);
    }

    /// <summary>Attributes, subscripts and calls.</summary>
    public Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            var at = tokens.Current;
            if (tokens.Take(".") is not null)
            {
                var name = tokens.Next();
                value = name.Kind switch
                {
                    TokenKind.Name => new AttributeOf(at.Line, value, name.Text),
                    TokenKind.Integer => new Subscript(at.Line, value, new Constant(at.Line, long.Parse(name.Text, CultureInfo.InvariantCulture))),
                    _ => throw new JinjaError($"{name} stands where an attribute's name should", name.Line),
                };
            }
            else if (tokens.Take("[") is not null)
                value = ParseSubscript(at.Line, value);
            else if (at.Is("("))
                value = new Call(at.Line, value, ParseArguments());
            else
                return value;
        }
    }

    private Expression ParseSubscript(int line, Expression target)
    {
        var start = tokens.Current.Is(":") ? null : ParseTuple();
        if (tokens.Take(":") is null)
        {
            tokens.Expect("]");
            return new Subscript(line, target, start!);
        }
        var stop = tokens.Current.Is(":") || tokens.Current.Is("]") ? null : Parse();
        var step = tokens.Take(":") is null || tokens.Current.Is("]") ? null : Parse();
        tokens.Expect("]");
        return new SliceOf(line, target, start, stop, step);
    }

    /// <summary>Arguments in parentheses, of which the first is the current token.</summary>
    public CallArguments ParseArguments()
    {
        tokens.Expect("(");
        tokens.Enter();
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? star = null, doubleStar = null;
        var first = true;
        while (tokens.Take(")") is null)
        {
            if (!first)
                tokens.Expect(",");
            first = false;
            if (tokens.Take(")") is not null)
                break;
            if (tokens.Take("**") is not null)
                doubleStar = Parse();
            else if (tokens.Take("*") is not null)
                star = Parse();
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Following.Is("="))
            {
                var name = tokens.Next().Text;
                tokens.Next();
                named.Add((name, Parse()));
            }
            else if (named.Count > 0 || star is not null || doubleStar is not null)
                throw new JinjaError("an argument by position follows one by name", tokens.Current.Line);
            else
                positional.Add(Parse());
        }
        tokens.Leave();
        return new CallArguments(positional, named, star, doubleStar);
    }

    /// <summary>Filters, tests, and calls of what they give.</summary>
    public Expression ParseFilters(Expression value)
    {
        while (true)
        {
            var at = tokens.Current;
            if (at.Is("|"))
                value = ParseFilter(value);
            else if (tokens.TakeName("is") is not null)
                value = ParseTest(at.Line, value);
            else if (at.Is("("))
                value = new Call(at.Line, value, ParseArguments());
            else
                return value;
        }
    }

    private FilterCall ParseFilter(Expression value)
    {
        tokens.Expect("|");
        return ParseFilterName(value);
    }

    /// <summary>A filter's name and arguments, as a filter block begins.</summary>
    public FilterCall ParseFilterName(Expression value)
    {
        var name = tokens.ExpectName("a filter");
        return new FilterCall(name.Line, value, name.Text, tokens.Current.Is("(") ? ParseArguments() : CallArguments.None);
    }

    private Expression ParseTest(int line, Expression value)
    {
        var negated = tokens.TakeName("not") is not null;
        var name = tokens.ExpectName("a test").Text;
        var arguments = CallArguments.None;
        var next = tokens.Current;
        if (next.Is("("))
            arguments = ParseArguments();
        else if ((next.Kind is TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float || next.Is("[") || next.Is("{"))
            && !(next.IsName("else") || next.IsName("or") || next.IsName("and") || next.IsName("is") || next.IsName("if") || next.IsName("in") || next.IsName("not")))
            arguments = new CallArguments([ParsePostfix(ParsePrimary())], [], null, null);
        if (tokens.Current.IsName("is"))
            throw new JinjaError("tests cannot be chained with 'is'", tokens.Current.Line);
        var test = new TestCall(line, value, name, arguments);
        return negated ? new Unary(line, "not", test) : test;
    }
}
