using System.Globalization;

namespace Mindwright.Runs.Report;

/// <summary>What a run took, and what it cost by stated assumptions.</summary>
/// <param name="Watts">Assumed draw of the whole machine while it computes.</param>
/// <param name="PricePerKilowattHour">Assumed price of electricity.</param>
/// <param name="PricePerHour">Assumed price of the machine itself: rent, or its purchase spread over its life.</param>
/// <param name="Currency">Of both prices.</param>
public sealed record Cost(double Watts, double PricePerKilowattHour, double PricePerHour, string Currency)
{
    /// <summary>Energy in kilowatt-hours.</summary>
    public double KilowattHours(double seconds) => seconds / 3600 * Watts / 1000;

    /// <summary>Money: electricity and machine.</summary>
    public double Money(double seconds) => KilowattHours(seconds) * PricePerKilowattHour + seconds / 3600 * PricePerHour;

    /// <summary>A table, stage by stage, that states its assumptions.</summary>
    /// <param name="stages">Name, seconds and floating-point operations of each stage.</param>
    public Table ToTable(IReadOnlyList<(string Stage, double Seconds, double Flops)> stages)
    {
        IReadOnlyList<string> Row(string name, double seconds, double flops) =>
        [
            name,
            Figure.Duration(seconds),
            Figure.Significant(flops),
            Figure.Significant(flops / Math.Max(seconds, 1e-9) / 1e9) + " GFLOP/s",
            Figure.Significant(KilowattHours(seconds), 2) + " kWh",
            Figure.Significant(Money(seconds), 2) + " " + Currency,
        ];
        var assumptions = string.Create(
            CultureInfo.InvariantCulture,
            $"assuming {Watts} W, {PricePerKilowattHour} {Currency} per kWh and {PricePerHour} {Currency} per machine hour");
        return new(
            $"What it cost, {assumptions}",
            ["Stage", "Time", "FLOPs", "Speed", "Energy", "Money"],
            [
                .. stages.Select(stage => Row(stage.Stage, stage.Seconds, stage.Flops)),
                Row("Total", stages.Sum(stage => stage.Seconds), stages.Sum(stage => stage.Flops)),
            ]);
    }
}
