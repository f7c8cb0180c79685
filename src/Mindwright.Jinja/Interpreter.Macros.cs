namespace Mindwright.Jinja;

internal sealed partial class Interpreter
{
    /// <summary>A macro sees the variables around its definition, not those around its call.</summary>
    private Callable MakeMacro(string name, MacroBody macro)
    {
        var defined = _scope;
        return new Callable(name, arguments =>
        {
            var (scope, called) = (new Scope(defined), _scope);
            _scope = scope;
            BindParameters(name, macro, arguments);
            var text = CaptureText(() => Execute(macro.Body));
            _scope = called;
            return text;
        });
    }

    private void BindParameters(string name, MacroBody macro, Arguments arguments)
    {
        var extra = new Mapping();
        foreach (var (key, value) in arguments.Named)
            if (key == "caller")
                _scope.Set(key, value);
            else if (!macro.Parameters.Any(parameter => parameter.Name == key))
                extra[JinjaText.Untrusted(key)] = value;
        for (var i = 0; i < macro.Parameters.Count; i++)
        {
            var (parameter, fallback) = macro.Parameters[i];
            if (i < arguments.Positional.Count)
            {
                if (arguments.Named.ContainsKey(parameter))
                    throw new JinjaError($"the macro {name} was given '{parameter}' twice");
                _scope.Set(parameter, arguments.Positional[i]);
            }
            else if (arguments.Named.TryGetValue(parameter, out var value))
                _scope.Set(parameter, value);
            else
                _scope.Set(parameter, fallback is null ? new Undefined($"the parameter '{parameter}' was not given") : Evaluate(fallback));
        }

        // As in Jinja, a macro takes more than it names if its body looks at varargs or kwargs.
        if (arguments.Positional.Count > macro.Parameters.Count && !macro.TakesVarargs)
            throw new JinjaError($"the macro {name} takes {macro.Parameters.Count} arguments, not {arguments.Positional.Count}");
        if (extra.Count > 0 && !macro.TakesKwargs)
            throw new JinjaError($"the macro {name} has no parameter '{_runtime.Print(extra.Items.First().Key)}'");
        _scope.Set("varargs", new Sequence([.. arguments.Positional.Skip(macro.Parameters.Count)], isTuple: true));
        _scope.Set("kwargs", extra);
    }
}
