using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>A cluster to be built.</summary>
public sealed record ClusterRequest
{
    /// <summary>What it is made of.</summary>
    public required Accelerator Hardware { get; init; }

    /// <summary>How many.</summary>
    public required int Accelerators { get; init; }

    /// <summary>Dollars an accelerator with its share of server and network; null takes the hardware table's.</summary>
    public double? PurchasePrice { get; init; }

    /// <summary>Facility power over machine power.</summary>
    public double Pue { get; init; } = Defaults.Pue;

    /// <summary>Power of switches, optics and storage over that of servers.</summary>
    public double NetworkShare { get; init; } = Defaults.NetworkShare;

    /// <summary>Dollars a kWh.</summary>
    public double DollarsPerKilowattHour { get; init; } = Defaults.DollarsPerKilowattHour;

    /// <summary>Dollars a watt of machine power for land, building, cooling and supply.</summary>
    public double SiteDollarsPerWatt { get; init; } = Defaults.SiteDollarsPerWatt;

    /// <summary>Years over which accelerators are paid back.</summary>
    public double Years { get; init; } = Defaults.AcceleratorYears;

    /// <summary>Yearly interest.</summary>
    public double InterestRate { get; init; } = Defaults.InterestRate;

    /// <summary>Share of all hours in which an accelerator is in use.</summary>
    public double Occupancy { get; init; } = Defaults.Occupancy;

    /// <summary>A training run in FLOP whose time and cost to plan; null for none.</summary>
    public double? RunFlops { get; init; }

    /// <summary>Precision of that run.</summary>
    public string Precision { get; init; } = "bf16";

    /// <summary>Model FLOPs utilization of that run.</summary>
    public double Utilization { get; init; } = Defaults.TrainingUtilization;

    /// <summary>Generations of the stair-step to show; 0 for none. Needs <see cref="RunFlops"/> as the first.</summary>
    public int Generations { get; init; }
}

/// <summary>Power, capital and the cost of an hour of a cluster; the time of a run on it; and what later generations would bring.</summary>
public static class ClusterPlan
{
    /// <summary>Makes the plan.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or the hardware table lacks a value that is needed and was not
    /// given.</exception>
    public static Plan Create(ClusterRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var hardware = request.Hardware;
        var n = Require.InRange(request.Accelerators, 1, 100_000_000, "accelerators");
        var plan = new PlanBuilder("cluster");
        plan.Given("accelerators", n, "");
        if ((hardware.ServerWatts ?? hardware.Watts) is not { } watts)
            throw Require.Error("hardware", $"the table has no watts for {hardware.Name}; add an entry with --hardware-table");
        if (hardware.Watts is { } chip)
            plan.Add("accelerator_power", n * chip, "W", $"{n} × {Figure.Quantity(chip, "W")}", hardware.Source);
        var part = hardware.ServerWatts is null ? "the accelerator alone: the table has no server" : "a share of a server";
        var servers = plan.Add("server_power", n * watts, "W", $"{n} × {Figure.Quantity(watts, "W")}, {part}", hardware.Source);
        var machines = plan.Add("it_power", servers * (1 + Require.NotNegative(request.NetworkShare, "network-share")), "W",
            $"servers × (1 + {Figure.Quantity(request.NetworkShare, "%")} switches, optics, storage)",
            Defaults.SourceOf(request.NetworkShare, Defaults.NetworkShare, Defaults.NetworkShareSource));
        var facility = plan.Add("facility_power", machines * Require.Pue(request.Pue), "W", $"machines × PUE {Figure.Number(request.Pue)}",
            Defaults.SourceOf(request.Pue, Defaults.Pue, Defaults.PueSource));
        var energy = plan.Add("energy_per_year", facility * TrainingCompute.HoursPerYear / 1000, "kWh",
            "facility power × 8,760 h, at full draw", "arithmetic");
        var hourly = AddCost(plan, request, n, machines, energy);
        if (request.RunFlops is { } flops)
            AddRun(plan, request, n, flops, hourly);
        else if (request.Generations > 0)
            throw Require.Error("generations", "the stair-step needs its first run: give --params and --tokens, or --budget");
        return plan.Build();
    }

    private static double? AddCost(PlanBuilder plan, ClusterRequest request, int n, double machinePower, double energy)
    {
        var electricity = plan.Add("electricity_per_year", energy * Require.NotNegative(request.DollarsPerKilowattHour, "electricity"), "$",
            $"kWh × ${Figure.Number(request.DollarsPerKilowattHour)}",
            Defaults.SourceOf(request.DollarsPerKilowattHour, Defaults.DollarsPerKilowattHour, Defaults.ElectricitySource));
        if ((request.PurchasePrice ?? request.Hardware.PurchasePrice) is not { } price)
        {
            plan.Note($"the hardware table has no purchase price for {request.Hardware.Name}: "
                + "give --purchase-price to see capital and the cost of an hour");
            return null;
        }
        var capital = plan.Add("capital", n * Require.Positive(price, "purchase-price"), "$", $"{n} × {Figure.Quantity(price, "$")}",
            request.PurchasePrice is not null ? "you" : request.Hardware.PriceSource);
        var site = plan.Add("site_capital", machinePower * Require.NotNegative(request.SiteDollarsPerWatt, "site"), "$",
            $"machine power × ${Figure.Number(request.SiteDollarsPerWatt)}M/MW",
            Defaults.SourceOf(request.SiteDollarsPerWatt, Defaults.SiteDollarsPerWatt, Defaults.SiteSource));
        var factor = plan.Add("capital_recovery_factor", Capital.RecoveryFactor(request.InterestRate, request.Years), "",
            $"r(1+r)^n / ((1+r)^n − 1), r = {Figure.Quantity(request.InterestRate, "%")}, n = {Figure.Number(request.Years)} years",
            "annuity formula; rate and years: assumption or yours");
        var siteFactor = plan.Add("site_recovery_factor", Capital.RecoveryFactor(request.InterestRate, Defaults.SiteYears), "",
            $"the same over {Figure.Number(Defaults.SiteYears)} years", Defaults.Assumption);
        var yearly = plan.Add("cost_per_year", capital * factor + site * siteFactor + electricity, "$",
            "capital × factor + site × factor + electricity", "arithmetic");
        var hours = n * TrainingCompute.HoursPerYear * Require.Share(request.Occupancy, "occupancy");
        return plan.Add("cost_per_accelerator_hour", yearly / hours, "$/h",
            $"cost a year / ({n} × 8,760 h × {Figure.Quantity(request.Occupancy, "%")} in use)",
            Defaults.SourceOf(request.Occupancy, Defaults.Occupancy, "arithmetic; the share in use is an assumption"));
    }

    private static void AddRun(PlanBuilder plan, ClusterRequest request, int n, double flops, double? hourly)
    {
        plan.Add("run_flops", Require.Positive(flops, "budget"), "FLOP", "6 × parameters × tokens, or given",
            "Kaplan et al. 2020, section 2.1");
        var peak = request.Hardware.Peak(request.Precision);
        var hours = plan.Add("run_accelerator_hours", TrainingCompute.AcceleratorHours(flops, peak, request.Utilization), "h",
            $"FLOP / ({Figure.Quantity(peak, "FLOP/s")} × mfu {Figure.Quantity(request.Utilization, "%")}) / 3600",
            Defaults.SourceOf(request.Utilization, Defaults.TrainingUtilization, Defaults.TrainingUtilizationSource));
        plan.Add("run_days", hours / n / 24, "days", $"accelerator-hours / {n} / 24", "arithmetic");
        if (hourly is { } dollars)
        {
            var cost = plan.Add("run_cost", hours * dollars, "$", "accelerator-hours × cost an hour", "arithmetic");
            if (Require.InRange(request.Generations, 0, 20, "generations") > 0)
                StairStep.AddTo(plan, flops, cost, request.Generations);
        }
    }
}
