namespace Mindwright.Jinja;

/// <summary>Turns a template into statements, and refuses by name what chat templates have no use for.</summary>
internal sealed class StatementParser
{
    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private StatementParser(string source)
    {
        _tokens = new TokenReader(Lexer.Read(source));
        _expressions = new ExpressionParser(_tokens);
    }

    public static IReadOnlyList<Statement> Parse(string source) => new StatementParser(source).ParseBody();

    /// <summary>Statements up to one of the given tags, whose name is left as the current token; or up to the end of the template.</summary>
    private List<Statement> ParseBody(params string[] ends)
    {
        _tokens.Enter();
        var body = new List<Statement>();
        while (true)
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Data(token.Line, JinjaText.Trusted(token.Text)));
                    break;
                case TokenKind.VariableBegin:
                    body.Add(new Output(token.Line, _expressions.ParseTuple()));
                    _tokens.Expect(TokenKind.VariableEnd);
                    break;
                case TokenKind.BlockBegin when _tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Text):
                    _tokens.Leave();
                    return body;
                case TokenKind.BlockBegin:
                    body.Add(ParseStatement());
                    break;
                case TokenKind.End when ends.Length == 0:
                    _tokens.Leave();
                    return body;
                default:
                    throw new JinjaError($"the template ends before {{% {ends[^1]} %}}", token.Line);
            }
        }
    }

    /// <summary>Statements and the tag that ends them.</summary>
    private List<Statement> ParseBlock(string end)
    {
        _tokens.Expect(TokenKind.BlockEnd);
        var body = ParseBody(end);
        _tokens.Next();
        if (end is "endmacro" or "endcall" && _tokens.Current.Kind == TokenKind.Name)
            _tokens.Next(); // {% endmacro name %}
        _tokens.Expect(TokenKind.BlockEnd);
        return body;
    }

    private Statement ParseStatement()
    {
        var tag = _tokens.ExpectName("a statement");
        switch (tag.Text)
        {
            case "if":
                return ParseIf(tag.Line);
            case "for":
                return ParseFor(tag.Line);
            case "set":
                return ParseSet(tag.Line);
            case "macro":
                var name = _tokens.ExpectName("a macro").Text;
                return new MacroDefinition(tag.Line, name, ParseMacro("endmacro", ParseParameters()));
            case "call":
                return ParseCall(tag.Line);
            case "filter":
                var filters = ParseFilters(_expressions.ParseFilterName(new Captured(tag.Line)));
                return new Capture(tag.Line, null, filters, ParseBlock("endfilter"));
            case "generation":
                // Marks what the assistant writes, for a mask that is not made from templates here.
                return new With(tag.Line, [], ParseBlock("endgeneration"));
            case "with":
                return ParseWith(tag.Line);
            case "break" or "continue":
                if (_loops == 0)
                    throw new JinjaError($"{{% {tag.Text} %}} stands outside a loop", tag.Line);
                _tokens.Expect(TokenKind.BlockEnd);
                return tag.Text == "break" ? new Break(tag.Line) : new Continue(tag.Line);
            case "include" or "import" or "from" or "extends" or "block":
                throw new JinjaError($"{{% {tag.Text} %}} is refused: a chat template has nothing but its inputs", tag.Line);
            default:
                throw new JinjaError($"{{% {tag.Text} %}} is not supported here", tag.Line);
        }
    }

    private If ParseIf(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        while (true)
        {
            var condition = _expressions.ParseTuple();
            _tokens.Expect(TokenKind.BlockEnd);
            branches.Add((condition, ParseBody("elif", "else", "endif")));
            var tag = _tokens.Next().Text;
            if (tag == "elif")
                continue;
            var otherwise = tag == "else" ? ParseBlock("endif") : [];
            if (tag == "endif")
                _tokens.Expect(TokenKind.BlockEnd);
            return new If(line, branches, otherwise);
        }
    }

    private For ParseFor(int line)
    {
        var target = ParseTarget(allowNamespace: false);
        if (_tokens.TakeName("in") is null)
            throw new JinjaError($"{_tokens.Current} stands where 'in' should", line);
        var items = _expressions.ParseTuple(withCondition: false);
        var condition = _tokens.TakeName("if") is null ? null : _expressions.Parse();
        var isRecursive = _tokens.TakeName("recursive") is not null;
        _tokens.Expect(TokenKind.BlockEnd);
        _loops++;
        var body = ParseBody("else", "endfor");
        _loops--;
        var otherwise = _tokens.Next().Text == "else" ? ParseBlock("endfor") : null;
        if (otherwise is null)
            _tokens.Expect(TokenKind.BlockEnd);
        return new For(line, target, items, condition, isRecursive, body, otherwise ?? []);
    }

    private Statement ParseSet(int line)
    {
        var target = ParseTarget(allowNamespace: true);
        if (_tokens.Take("=") is not null)
        {
            var value = _expressions.ParseTuple();
            _tokens.Expect(TokenKind.BlockEnd);
            return new Set(line, target, value);
        }
        var filters = ParseFilters(new Captured(line));
        return new Capture(line, target, filters, ParseBlock("endset"));
    }

    private Expression ParseFilters(Expression value) => _tokens.Current.Is("|") ? _expressions.ParseFilters(value) : value;

    private Target ParseTarget(bool allowNamespace)
    {
        var first = ParseSingleTarget(allowNamespace);
        if (!_tokens.Current.Is(","))
            return first;
        var items = new List<Target> { first };
        while (_tokens.Take(",") is not null && (_tokens.Current.Kind == TokenKind.Name || _tokens.Current.Is("(")) && !_tokens.Current.IsName("in"))
            items.Add(ParseSingleTarget(allowNamespace));
        return new TupleTarget(first.Line, items);
    }

    private Target ParseSingleTarget(bool allowNamespace)
    {
        if (_tokens.Take("(") is { } open)
        {
            _tokens.Enter();
            var inner = ParseTarget(allowNamespace);
            _tokens.Leave();
            _tokens.Expect(")");
            return inner is TupleTarget ? inner : new TupleTarget(open.Line, [inner]);
        }
        var name = _tokens.ExpectName("a variable");
        return allowNamespace && _tokens.Take(".") is not null
            ? new NamespaceTarget(name.Line, name.Text, _tokens.ExpectName("an attribute").Text)
            : new NameTarget(name.Line, name.Text);
    }

    private List<(string, Expression?)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        _tokens.Expect("(");
        while (_tokens.Take(")") is null)
        {
            if (parameters.Count > 0)
                _tokens.Expect(",");
            var name = _tokens.ExpectName("a parameter").Text;
            parameters.Add((name, _tokens.Take("=") is null ? null : _expressions.Parse()));
        }
        return parameters;
    }

    private MacroBody ParseMacro(string end, List<(string, Expression?)> parameters)
    {
        var loops = _loops;
        _loops = 0; // a loop around a macro is not one inside it
        var start = _tokens.Position;
        var body = ParseBlock(end);
        _loops = loops;
        return new MacroBody(parameters, body, _tokens.AnyName("varargs", start), _tokens.AnyName("kwargs", start));
    }

    private CallBlock ParseCall(int line)
    {
        var parameters = _tokens.Current.Is("(") ? ParseParameters() : [];
        return _expressions.Parse() is Call call
            ? new CallBlock(line, call, ParseMacro("endcall", parameters))
            : throw new JinjaError("{% call %} needs the call of a macro", line);
    }

    private With ParseWith(int line)
    {
        var values = new List<(Target, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
                _tokens.Expect(",");
            var target = ParseSingleTarget(allowNamespace: false);
            _tokens.Expect("=");
            values.Add((target, _expressions.Parse()));
        }
        return new With(line, values, ParseBlock("endwith"));
    }
}
