using System.Runtime.CompilerServices;

namespace Mindwright.Jinja;

/// <summary>What one rendering may use. A template comes with a model from anywhere and must not hang or fill the memory.</summary>
internal sealed class Budget(JinjaLimits limits)
{
    private long _steps = limits.Steps;
    private long _characters = limits.Characters;
    private int _depth;

    /// <summary>Pays for evaluated nodes or handled elements.</summary>
    public void Step(long count = 1)
    {
        if ((_steps -= count) < 0)
            throw new JinjaError($"the template took more than {limits.Steps} steps");
    }

    /// <summary>Pays for characters that are read or written.</summary>
    public void Characters(long count)
    {
        if ((_characters -= count) < 0)
            throw new JinjaError($"the template handled more than {limits.Characters} characters");
    }

    /// <summary>Refuses a text or list longer than the limit before it is made.</summary>
    public void Size(long size)
    {
        if (size > limits.Output)
            throw new JinjaError($"the template made a text or list longer than {limits.Output}");
    }

    /// <summary>Enters a nested evaluation; <see cref="Leave"/> follows.</summary>
    public void Enter()
    {
        Step();
        if (++_depth > limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JinjaError($"the template is nested more than {limits.Depth} deep");
    }

    public void Leave() => _depth--;
}
