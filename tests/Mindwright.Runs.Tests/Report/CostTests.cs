using Mindwright.Runs.Report;

namespace Mindwright.Runs.Tests.Report;

public sealed class CostTests
{
    private static readonly Cost Assumed = new(Watts: 100, PricePerKilowattHour: 0.3, PricePerHour: 0.05, Currency: "EUR");

    [Fact]
    public void An_hour_at_a_hundred_watts_is_a_tenth_of_a_kilowatt_hour()
    {
        Assert.Equal(0.1, Assumed.KilowattHours(3600), 12);
        Assert.Equal(0.1 * 0.3 + 0.05, Assumed.Money(3600), 12);
    }

    [Fact]
    public void The_table_states_what_it_assumes_and_ends_with_the_total()
    {
        var table = Assumed.ToTable([("a", 1800, 1e12), ("b", 1800, 3e12)]);
        Assert.Contains("100 W, 0.3 EUR per kWh and 0.05 EUR per machine hour", table.Caption, StringComparison.Ordinal);
        Assert.Equal(["Total", "1 h 00 min", "4.00e12", "1.11 GFLOP/s", "0.10 kWh", "0.080 EUR"], table.Rows[^1]);
    }
}
