namespace Mindwright.Jinja;

/// <summary>Variables; a loop, macro or block has its own, and sees those around it.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object> _variables = [];

    public object? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._variables.TryGetValue(name, out var value))
                return value;
        return null;
    }

    public void Set(string name, object value) => _variables[name] = value;

    private Scope? Outer { get; } = outer;
}
