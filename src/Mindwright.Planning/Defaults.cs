namespace Mindwright.Planning;

/// <summary>The assumptions a plan makes where the user states none, each with where it is from.</summary>
public static class Defaults
{
    /// <summary>Model FLOPs utilization of training.</summary>
    public const double TrainingUtilization = 0.40;

    internal const string TrainingUtilizationSource = "assumption; Llama 3 405B reached 38–43 % (Llama 3 herd of models, table 4)";

    /// <summary>Share of the peak that decoding's products reach.</summary>
    public const double ServingUtilization = 0.50;

    internal const string ServingUtilizationSource = "assumption: half of the peak";

    /// <summary>Share of the peak that generating rollouts reaches.</summary>
    public const double RolloutUtilization = 0.10;

    internal const string RolloutUtilizationSource = "assumption: decoding waits for memory most of the time";

    /// <summary>Facility power over machine power.</summary>
    public const double Pue = 1.06;

    internal const string PueSource = "assumption: a new, large, liquid-cooled site (Google's fleet averaged 1.10 in 2021, the world's large sites 1.57)";

    /// <summary>Power of switches, optics and storage over that of servers.</summary>
    public const double NetworkShare = 0.10;

    internal const string NetworkShareSource = "SemiAnalysis 2024, 100,000 H100 clusters: about 10 %";

    /// <summary>Carbon intensity, g/kWh.</summary>
    public const double GramsPerKilowattHour = 436;

    internal const string GramsSource = "Ember, Global Electricity Review 2023: the world's average in 2022";

    /// <summary>Electricity, dollars a kWh.</summary>
    public const double DollarsPerKilowattHour = 0.078;

    internal const string ElectricitySource = "SemiAnalysis 2024, 100,000 H100 clusters: the standard rate";

    /// <summary>Building cost of a site, dollars a watt of machine power.</summary>
    public const double SiteDollarsPerWatt = 11.7;

    internal const string SiteSource = "Cushman & Wakefield 2025, Data Center Development Cost Guide: average of 19 US markets";

    /// <summary>Years over which a site is paid back.</summary>
    public const double SiteYears = 15;

    /// <summary>Years over which accelerators are paid back.</summary>
    public const double AcceleratorYears = 4;

    /// <summary>Yearly interest.</summary>
    public const double InterestRate = 0.10;

    /// <summary>Share of all hours in which an accelerator is in use.</summary>
    public const double Occupancy = 0.80;

    /// <summary>Tokens of a rollout.</summary>
    public const double RolloutTokens = 4000;

    /// <summary>Rollouts a prompt.</summary>
    public const int GroupSize = 16;

    internal const string GroupSizeSource = "DeepSeek-AI 2025, DeepSeek-R1: 16 outputs a question";

    internal const string Assumption = "assumption";

    /// <summary>Figures that were stated by the user are marked so; the others carry the default's source.</summary>
    internal static string SourceOf(double value, double @default, string source) => value.Equals(@default) ? source : "you";
}
