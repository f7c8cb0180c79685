using Mindwright.Planning.Scaling;
using Figure = Mindwright.Runs.Report.Figure;

namespace Mindwright.Planning;

/// <summary>Scaling laws as tables and figures.</summary>
public static class ScalingReport
{
    // The sizes of Hoffmann's Table 3.
    private static readonly double[] Sizes = [400e6, 1e9, 10e9, 67e9, 175e9, 280e9, 520e9, 1e12, 10e12];

    /// <summary>All published laws with formula, constants and source.</summary>
    public static Plan Laws()
    {
        var plan = new PlanBuilder("scaling-laws");
        plan.Table("laws", "published fits", [new("name"), new("formula"), new("constants"), new("source")],
            PublishedLaws.All.Select(law => (object[])[law.Name, law.Formula,
                string.Join(", ", law.Constants.Select(c =>
                    $"{c.Name} = {c.Value.ToString("G8", System.Globalization.CultureInfo.InvariantCulture)}")), law.Source]));
        return plan.Build();
    }

    /// <summary>One law: the optimal compute and tokens for the sizes of Hoffmann's Table 3.</summary>
    public static Plan Table(ScalingLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        var plan = new PlanBuilder("scaling-table");
        foreach (var constant in law.Constants)
            plan.Add(constant.Name, constant.Value, "", law.Formula, law.Source);
        plan.Table(law.Name, law.Source, [new("parameters", "parameters"), new("flops", "FLOP"), new("tokens", "tokens"),
            new("tokens_per_parameter"), new("loss")],
            Sizes.Select(size =>
            {
                var best = law.OptimalFor(size);
                return (object[])[size, best.Flops, best.Tokens, best.Tokens / best.Parameters, best.Loss is { } loss ? loss : "–"];
            }));
        return plan.Build();
    }

    /// <summary>What a law says of a model (size and tokens) or of a budget; with intervals where it was fitted here.</summary>
    /// <exception cref="ArgumentException">Neither or both are given, or the law predicts no loss.</exception>
    public static Plan Predict(ScalingLaw law, double? parameters, double? tokens, double? flops, LossFit? fit = null)
    {
        ArgumentNullException.ThrowIfNull(law);
        var plan = new PlanBuilder("scaling-predict");
        if (flops is { } budget)
        {
            if (parameters is not null || tokens is not null)
                throw Require.Error("budget", "give either a budget, or params and tokens");
            var best = law.Optimal(budget);
            plan.Given("budget_flops", budget, "FLOP");
            AddWithInterval(plan, "parameters", best.Parameters, "parameters", law, fit, l => l.Optimal(budget).Parameters);
            AddWithInterval(plan, "tokens", best.Tokens, "tokens", law, fit, l => l.Optimal(budget).Tokens);
            if (best.Loss is { } bestLoss)
                AddWithInterval(plan, "loss", bestLoss, "nats/token", law, fit, l => l.Optimal(budget).Loss!.Value);
            if (law is DeepSeekLaw)
            {
                plan.Add("learning_rate", DeepSeekLaw.LearningRate(budget), "", "0.3118·C^−0.125", law.Source);
                plan.Add("batch_tokens", DeepSeekLaw.BatchTokens(budget), "tokens", "0.2920·C^0.3271", law.Source);
            }
            return plan.Build();
        }
        if (parameters is not { } n || tokens is not { } d)
            throw Require.Error("params", "give --params and --tokens for a loss, or --budget for an optimum");
        plan.Given("parameters", n, "parameters");
        plan.Given("tokens", d, "tokens");
        var loss = law.Loss(n, d) ?? throw Require.Error("law", $"{law.Name} predicts allocations, not losses");
        AddWithInterval(plan, "loss", loss, "nats/token", law, fit, l => l.Loss(n, d)!.Value);
        plan.Note("a law's loss holds for its own corpus and tokenizer, and inside about the range that it was fitted on");
        return plan.Build();
    }

    /// <summary>A fit as figures with intervals, and the frontier's power law where there is one.</summary>
    public static Plan Fit(LossFit fit, IReadOnlyList<LossRow> rows)
    {
        ArgumentNullException.ThrowIfNull(fit);
        const string Method = "Huber (δ = 1e-3) on log L, summed, L-BFGS; Hoffmann et al. 2022, equation 3";
        var plan = new PlanBuilder("scaling-fit");
        plan.Add("rows", fit.Rows, "", "trained models", fit.Law.Source);
        AddConstant("E", fit.Law.E, l => l.E);
        AddConstant("A", fit.Law.A, l => l.A);
        AddConstant("B", fit.Law.B, l => l.B);
        AddConstant("alpha", fit.Law.Alpha, l => l.Alpha);
        AddConstant("beta", fit.Law.Beta, l => l.Beta);
        AddConstant("parameter_exponent", fit.Law.ParameterExponent, l => l.ParameterExponent);
        plan.Add("rms_log_residual", fit.RmsLogResidual, "", "root mean square of log(predicted / actual)", Method);
        plan.Add("objective", fit.Objective, "", "Huber sum at the minimum", Method);
        plan.Add("starts_at_best", fit.StartsAtBest, "", $"of {fit.Starts} starts ended at this minimum; few would make it doubtful",
            "grid of exponents, least squares for the rest");
        if (PowerLaw.Frontier(rows) is { Count: >= 3 } frontier)
        {
            var law = PowerLaw.Fit([.. frontier.Select(r => (r.Flops, r.Loss))]);
            plan.Add("frontier_exponent", law.Exponent, "",
                $"L = k·C^p over {law.Points} models that nothing cheaper beats; 95 %: {Show(law.ExponentInterval)}",
                "least squares on logarithms, Student's t");
            plan.Add("frontier_coefficient", law.Coefficient, "",
                $"k; 95 %: {Show(law.CoefficientInterval)}; R² = {Figure.Number(law.RSquared)}",
                "least squares on logarithms, Student's t");
        }
        if (fit.Replicates.Count > 0)
            plan.Table("replicates", $"the law of each of {fit.Replicates.Count} resamplings of the rows",
                [new("E"), new("A"), new("B"), new("alpha"), new("beta")],
                fit.Replicates.Select(l => (object[])[l.E, l.A, l.B, l.Alpha, l.Beta]), onlyJson: true);
        return plan.Build();

        void AddConstant(string name, double value, Func<ParametricLaw, double> property) =>
            plan.Add(name, value, "", fit.IntervalOf(property) is { } i ? $"95 % by bootstrap: {Show(i)}" : fit.Law.Formula, Method);
    }

    private static void AddWithInterval(PlanBuilder plan, string name, double value, string unit, ScalingLaw law, LossFit? fit,
        Func<ParametricLaw, double> property)
    {
        plan.Add(name, value, unit, law.Formula, law.Source);
        if (fit?.IntervalOf(property) is not { } interval)
            return;
        plan.Add($"{name}_low", interval.Low, unit, "2.5 % of the bootstrap", law.Source);
        plan.Add($"{name}_high", interval.High, unit, "97.5 % of the bootstrap", law.Source);
    }

    private static string Show(Interval interval) => $"{Figure.Number(interval.Low)} to {Figure.Number(interval.High)}";
}
