using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>A figure that can be checked: what it is, what it was computed from, and who says so.</summary>
/// <param name="Name">The field's name for it, in snake_case; also the key in JSON.</param>
/// <param name="Value">The number, in <paramref name="Unit"/> without a prefix (bytes, watts, FLOP…).</param>
/// <param name="Unit">The unit; empty for a pure number.</param>
/// <param name="Formula">The formula in words and numbers, or "given" for what the user stated.</param>
/// <param name="Source">Paper and equation, data sheet, or "assumption".</param>
public sealed record Quantity(string Name, double Value, string Unit, string Formula, string Source)
{
    /// <summary>The value for people, with its unit.</summary>
    public override string ToString() => Figure.Quantity(Value, Unit);
}
