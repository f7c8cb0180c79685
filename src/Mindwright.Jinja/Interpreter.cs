namespace Mindwright.Jinja;

/// <summary>Walks a template's statements and writes its text.</summary>
internal sealed partial class Interpreter
{
    private enum Flow { On, Break, Continue }

    private readonly Runtime _runtime;
    private Scope _scope;
    private TextBuilder _output;
    private JinjaText _captured = JinjaText.Empty;

    private Interpreter(Runtime runtime, Scope variables)
    {
        _runtime = runtime;
        _scope = variables;
        _output = new TextBuilder(runtime.Budget);
    }

    /// <param name="template">What <see cref="StatementParser"/> made.</param>
    /// <param name="variables">The template's inputs.</param>
    /// <param name="runtime">The clock, and what the rendering may use.</param>
    /// <exception cref="JinjaError">The template failed, refused its inputs or went beyond the limits.</exception>
    public static JinjaText Render(IReadOnlyList<Statement> template, IReadOnlyDictionary<string, object?> variables, Runtime runtime)
    {
        var scope = Globals.Scope(runtime);
        foreach (var (name, value) in variables)
            scope.Set(name, Inputs.ToValue(runtime, value, name));
        var interpreter = new Interpreter(runtime, new Scope(scope));
        interpreter.Execute(template);
        return interpreter._output.ToText();
    }

    private Flow Execute(IReadOnlyList<Statement> body)
    {
        foreach (var statement in body)
            if (Execute(statement) is not Flow.On and var flow)
                return flow;
        return Flow.On;
    }

    private Flow Execute(Statement statement)
    {
        try
        {
            _runtime.Budget.Enter();
            var flow = Flow.On;
            switch (statement)
            {
                case Data data:
                    _output.Append(data.Text);
                    break;
                case Output output:
                    _output.Append(_runtime.Print(Evaluate(output.Value)));
                    break;
                case If choice:
                    flow = ExecuteIf(choice);
                    break;
                case For loop:
                    ExecuteFor(loop, Evaluate(loop.Items), 0);
                    break;
                case Set set:
                    Assign(set.Target, Evaluate(set.Value));
                    break;
                case Capture capture:
                    ExecuteCapture(capture);
                    break;
                case MacroDefinition macro:
                    _scope.Set(macro.Id, MakeMacro(macro.Id, macro.Macro));
                    break;
                case CallBlock block:
                    var caller = MakeMacro("caller", block.Caller);
                    _output.Append(_runtime.Print(EvaluateCall(block.Call, caller)));
                    break;
                case With with:
                    flow = ExecuteWith(with);
                    break;
                case Break:
                    flow = Flow.Break;
                    break;
                case Continue:
                    flow = Flow.Continue;
                    break;
            }
            _runtime.Budget.Leave();
            return flow;
        }
        catch (JinjaError e) when (e.PassesThrough(statement.Line))
        {
            throw;
        }
    }

    private Flow ExecuteIf(If choice)
    {
        foreach (var (condition, body) in choice.Branches)
            if (Operators.IsTrue(Evaluate(condition)))
                return Execute(body);
        return Execute(choice.Else);
    }

    private void ExecuteFor(For loop, object iterable, int depth)
    {
        var outer = _scope;
        var items = _runtime.Iterate(iterable);
        if (loop.Condition is not null)
            items = [.. items.Where(item =>
            {
                _scope = new Scope(outer);
                Assign(loop.Target, item);
                return Operators.IsTrue(Evaluate(loop.Condition));
            })];

        var recurse = loop.IsRecursive ? new Callable("loop", arguments => Recurse(arguments.Bind("loop", ["items"]).Required(0, "items"))) : null;
        var state = new LoopState(items, depth, recurse);
        for (; state.Index < items.Count; state.Index++)
        {
            _scope = new Scope(outer);
            _scope.Set("loop", state);
            Assign(loop.Target, items[state.Index]);
            if (Execute(loop.Body) == Flow.Break)
                break;
        }
        _scope = outer;
        if (items.Count == 0)
        {
            _scope = new Scope(outer);
            Execute(loop.Else);
            _scope = outer;
        }

        object Recurse(object inner)
        {
            var at = _scope;
            _scope = outer;
            var text = CaptureText(() => ExecuteFor(loop, inner, depth + 1));
            _scope = at;
            return text;
        }
    }

    private void ExecuteCapture(Capture capture)
    {
        var outer = _scope;
        _scope = new Scope(outer);
        var text = CaptureText(() => Execute(capture.Body));
        _scope = outer;
        (text, _captured) = (_captured, text);
        var value = Evaluate(capture.Value);
        _captured = text;
        if (capture.Target is null)
            _output.Append(_runtime.Print(value));
        else
            Assign(capture.Target, value);
    }

    private Flow ExecuteWith(With with)
    {
        var outer = _scope;
        var inner = new Scope(outer);
        foreach (var (target, expression) in with.Values)
        {
            // The values are evaluated outside: with a = 1, b = a takes b from the outer a.
            var value = Evaluate(expression);
            _scope = inner;
            Assign(target, value);
            _scope = outer;
        }
        _scope = inner;
        var flow = Execute(with.Body);
        _scope = outer;
        return flow;
    }

    private JinjaText CaptureText(Action write)
    {
        var outer = _output;
        _output = new TextBuilder(_runtime.Budget);
        write();
        var text = _output.ToText();
        _output = outer;
        return text;
    }

    private void Assign(Target target, object value)
    {
        switch (target)
        {
            case NameTarget name:
                _scope.Set(name.Id, value);
                break;
            case NamespaceTarget attribute:
                if (_scope.Find(attribute.Id) is not Namespace space)
                    throw new JinjaError($"only a namespace's attributes can be set, and '{attribute.Id}' is none", target.Line);
                space.Items[attribute.Attribute] = value;
                break;
            case TupleTarget tuple:
                var items = _runtime.Iterate(value);
                if (items.Count != tuple.Items.Count)
                    throw new JinjaError($"{items.Count} values are assigned to {tuple.Items.Count} variables", target.Line);
                for (var i = 0; i < items.Count; i++)
                    Assign(tuple.Items[i], items[i]);
                break;
        }
    }
}
