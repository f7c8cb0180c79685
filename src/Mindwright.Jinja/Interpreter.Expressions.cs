namespace Mindwright.Jinja;

internal sealed partial class Interpreter
{
    private object Evaluate(Expression expression)
    {
        try
        {
            _runtime.Budget.Enter();
            var value = expression switch
            {
                Constant constant => constant.Value,
                Name name => _scope.Find(name.Id) ?? new Undefined($"'{name.Id}' is undefined"),
                AttributeOf attribute => Members.Attribute(_runtime, Evaluate(attribute.Target), attribute.Attribute),
                Subscript subscript => Members.Item(_runtime, Evaluate(subscript.Target), Evaluate(subscript.Index)),
                SliceOf slice => Members.Slice(_runtime, Evaluate(slice.Target), Optional(slice.Start), Optional(slice.Stop), Optional(slice.Step)),
                Call call => EvaluateCall(call, null),
                FilterCall filter => EvaluateFilter(filter),
                TestCall test => EvaluateTest(test),
                Unary { Operator: "not" } not => !Operators.IsTrue(Evaluate(not.Operand)),
                Unary { Operator: "-" } negative => Arithmetic.Negate(Evaluate(negative.Operand)),
                Unary positive => Arithmetic.Negate(Arithmetic.Negate(Evaluate(positive.Operand))),
                Binary { Operator: "and" } and => Evaluate(and.Left) is var left && Operators.IsTrue(left) ? Evaluate(and.Right) : left,
                Binary { Operator: "or" } or => Evaluate(or.Left) is var left && Operators.IsTrue(left) ? left : Evaluate(or.Right),
                Binary binary => Arithmetic.Apply(_runtime, binary.Operator, Evaluate(binary.Left), Evaluate(binary.Right)),
                Comparison comparison => EvaluateComparison(comparison),
                Concatenation concatenation => EvaluateConcatenation(concatenation),
                Conditional conditional => Operators.IsTrue(Evaluate(conditional.Condition)) ? Evaluate(conditional.Then)
                    : conditional.Else is { } otherwise ? Evaluate(otherwise)
                    : new Undefined("the condition is false and there is no 'else'"),
                ListLiteral list => new Sequence([.. list.Items.Select(Evaluate)], list.IsTuple),
                DictLiteral dict => EvaluateDict(dict),
                Captured => _captured,
                _ => throw new InvalidOperationException($"{expression.GetType().Name} has no meaning"),
            };
            _runtime.Budget.Leave();
            return value;
        }
        catch (JinjaError e) when (e.PassesThrough(expression.Line))
        {
            throw;
        }
    }

    private object? Optional(Expression? expression) => expression is null ? null : Evaluate(expression);

    private bool EvaluateComparison(Comparison comparison)
    {
        var left = Evaluate(comparison.First);
        foreach (var (op, operand) in comparison.Rest)
        {
            var right = Evaluate(operand);
            var holds = op switch
            {
                "==" => Operators.AreEqual(_runtime, left, right),
                "!=" => !Operators.AreEqual(_runtime, left, right),
                "in" => Operators.Contains(_runtime, right, left),
                "not in" => !Operators.Contains(_runtime, right, left),
                "<" => Operators.Compare(_runtime, left, right) < 0,
                "<=" => Operators.Compare(_runtime, left, right) <= 0,
                ">" => Operators.Compare(_runtime, left, right) > 0,
                _ => Operators.Compare(_runtime, left, right) >= 0,
            };
            if (!holds)
                return false;
            left = right;
        }
        return true;
    }

    private JinjaText EvaluateConcatenation(Concatenation concatenation)
    {
        var text = new TextBuilder(_runtime.Budget);
        foreach (var part in concatenation.Parts)
            text.Append(_runtime.Print(Evaluate(part)));
        return text.ToText();
    }

    private Mapping EvaluateDict(DictLiteral dict)
    {
        var mapping = new Mapping();
        foreach (var (key, value) in dict.Items)
            mapping[Evaluate(key)] = Evaluate(value);
        return mapping;
    }

    private object EvaluateCall(Call call, Callable? caller)
    {
        var function = Evaluate(call.Function);
        if (function is LoopState { Recurse: { } recurse })
            function = recurse;
        if (function is Undefined undefined)
            throw undefined.Error();
        return function is Callable callable
            ? callable.Call(EvaluateArguments(call.Arguments, caller))
            : throw new JinjaError($"{Operators.TypeName(function)} cannot be called");
    }

    private object EvaluateFilter(FilterCall filter)
    {
        if (!Filters.All.TryGetValue(filter.Filter, out var builtin))
            throw new JinjaError($"the filter '{filter.Filter}' is not supported");
        return builtin.Run(filter.Filter, _runtime, Evaluate(filter.Input), EvaluateArguments(filter.Arguments, null));
    }

    private object EvaluateTest(TestCall test)
    {
        if (!ValueTests.All.TryGetValue(test.Test, out var builtin))
            throw new JinjaError($"the test '{test.Test}' is not supported");
        return builtin.Run(test.Test, _runtime, Evaluate(test.Input), EvaluateArguments(test.Arguments, null));
    }

    private Arguments EvaluateArguments(CallArguments arguments, Callable? caller)
    {
        if (arguments == CallArguments.None && caller is null)
            return Arguments.None;
        var positional = arguments.Positional.Select(Evaluate).ToList();
        if (arguments.Star is not null)
            positional.AddRange(_runtime.Iterate(Evaluate(arguments.Star)));
        var named = new Dictionary<string, object>();
        foreach (var (name, value) in arguments.Named)
            named[name] = Evaluate(value);
        if (arguments.DoubleStar is not null)
        {
            if (Evaluate(arguments.DoubleStar) is not Mapping mapping)
                throw new JinjaError("what follows ** in a call is not a mapping");
            foreach (var (key, value) in mapping.Items)
                named[_runtime.Print(key).Value] = value;
        }
        if (caller is not null)
            named["caller"] = caller;
        return new Arguments(positional, named);
    }
}
