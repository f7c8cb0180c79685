using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mindwright.Runs.Report;
using Mindwright.Training.Stages;

namespace Mindwright.Workbench.Tests.ToyStage;

/// <summary>What the toy stage reached: the share of unseen pairs whose chosen answer is preferred.</summary>
public sealed record ToyResult(double Before, double After);

/// <summary>A stage that is not in the product: what it takes to add one.</summary>
public sealed class ToyDefinition : StageDefinition<ToySection, ToyResult>
{
    public override string Name => "toy";

    public override string Title => "preference learning";

    public override string Description => "Prefer the short one of two answers.";

    protected override ToyResult Run(StageContext context, ToySection section)
    {
        var training = new ToyTraining(context.Model!, section, context.Tokenizer.Chat, context.Recipe.Seed);
        var before = context.Measured("toy-before", training.Preferred);
        context.Uses("pairs of answers, made up");
        context.Train(training, section, context.Model!);
        return new ToyResult(before, context.Measured("toy-after", training.Preferred));
    }

    protected override StageReport Report(StageRecord record, ToySection section, ToyResult result) => new(
        [new("short answers preferred", Figure.Percent(result.After), $"before {Figure.Percent(result.Before)}")],
        [new($"{Figure.Percent(result.After)} of short answers preferred", $"before {Figure.Percent(result.Before)}")],
        [("preference learning", $"{Figure.Count(section.Steps)} steps of {Figure.Count(section.Pairs)} pairs")],
        [new("Preferences: learn from pairs", [new LineChart("Loss on pairs", new Axis("step"), new Axis("nats"), [record.Series(Name, "loss", "training")])])]);

    protected override double Flops(StageRecord record, ToySection section, ToyResult result) => 6.0 * record.Parameters * section.Steps * section.Pairs * 2;
}

internal static class ToyRegistration
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "before the first recipe is read, whichever test runs first")]
    internal static void Add() => StageList.Add(new ToyDefinition());
}
