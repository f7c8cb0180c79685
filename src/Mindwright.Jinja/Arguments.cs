namespace Mindwright.Jinja;

/// <summary>The evaluated arguments of a call.</summary>
internal sealed class Arguments(IReadOnlyList<object> positional, IReadOnlyDictionary<string, object> named)
{
    public static readonly Arguments None = new([], new Dictionary<string, object>());

    public IReadOnlyList<object> Positional { get; } = positional;

    public IReadOnlyDictionary<string, object> Named { get; } = named;

    /// <summary>The argument at a parameter's position, after <see cref="Bind"/>; null where it was not given.</summary>
    public object? this[int index] => index < Positional.Count && Positional[index] is not Missing ? Positional[index] : null;

    /// <summary>
    /// Puts arguments by name into the positions of a function's parameters, and refuses those it does not have.
    /// </summary>
    /// <param name="function">The function's name, for the message.</param>
    /// <param name="parameters">Names of the parameters.</param>
    public Arguments Bind(string function, string[] parameters)
    {
        if (Positional.Count > parameters.Length)
            throw new JinjaError($"{function} takes {parameters.Length} arguments, not {Positional.Count}");
        var bound = Positional.ToList();
        foreach (var (name, value) in Named)
        {
            var index = Array.IndexOf(parameters, name);
            if (index < 0)
                throw new JinjaError($"{function} has no argument '{name}'");
            if (index < Positional.Count)
                throw new JinjaError($"{function} was given '{name}' twice");
            while (bound.Count <= index)
                bound.Add(Missing.Value);
            bound[index] = value;
        }
        return new Arguments(bound, None.Named);
    }

    /// <summary>The same arguments without the first positional ones.</summary>
    public Arguments Skip(int count) => new([.. Positional.Skip(count)], Named);

    public object Required(int index, string name) => this[index] ?? throw new JinjaError($"the argument '{name}' is missing");

    public JinjaText Text(int index, string name) => Required(index, name) as JinjaText
        ?? throw new JinjaError($"the argument '{name}' is {Operators.TypeName(this[index]!)}, not a string");

    public JinjaText? OptionalText(int index, string name) => this[index] is null or Jinja.None ? null : Text(index, name);

    public int Integer(int index, string name, int @default) => this[index] switch
    {
        null => @default,
        long i => (int)Math.Clamp(i, int.MinValue, int.MaxValue),
        bool b => b ? 1 : 0,
        var other => throw new JinjaError($"the argument '{name}' is {Operators.TypeName(other)}, not an integer"),
    };

    public bool Flag(int index, bool @default = false) => this[index] is { } value ? Operators.IsTrue(value) : @default;

    private sealed class Missing
    {
        public static readonly Missing Value = new();
    }
}

/// <summary>A filter, test or method: what it is applied to comes first.</summary>
/// <param name="parameters">Names of its further parameters, with commas; "*" leaves arguments as they were given.</param>
/// <param name="run">What it does.</param>
internal sealed class Builtin(string parameters, Func<Runtime, object, Arguments, object> run)
{
    private readonly string[] _parameters = parameters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public object Run(string name, Runtime runtime, object self, Arguments arguments)
    {
        // Whatever it does, it may look at all of what it is given.
        runtime.Pay(self);
        foreach (var argument in arguments.Positional)
            runtime.Pay(argument);
        return run(runtime, self, _parameters is ["*"] ? arguments : arguments.Bind(name, _parameters));
    }
}
