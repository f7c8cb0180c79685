using Mindwright.Runs.Report;

namespace Mindwright.Workbench;

/// <summary>What reports assume where a machine cannot tell; stated wherever it is used.</summary>
internal static class Assumptions
{
    /// <summary>A desktop machine under load, and household electricity. Who rents by the hour puts in the rent instead.</summary>
    public static Cost Cost { get; } = new(Watts: 100, PricePerKilowattHour: 0.30, PricePerHour: 0, Currency: "€");
}
