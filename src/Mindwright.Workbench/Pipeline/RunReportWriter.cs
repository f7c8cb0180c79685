using Mindwright.Data;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;
using Mindwright.Training.Stages.Reason;

namespace Mindwright.Workbench.Pipeline;

/// <summary>Says what a run did and reached, for someone who wasn't there.</summary>
internal static class RunReportWriter
{
    private const int ShownAnswers = 6;

    public static void Write(Recipe recipe, RunFolder run, RunResult result, Material material)
    {
        var rows = MetricsLog.Read(run.MetricsPath).ToArray();
        var sections = new List<ReportSection> { Overview(result), FactsSection.Create(recipe, run, result, material) };
        if (result.Tokenizer is { } vocabulary)
            sections.Add(TokenizerSection(vocabulary));
        if (result.Pretrain is not null)
        {
            sections.Add(PretrainReport.Section(result, material, rows));
            if (ForecastSection.FromCurve(recipe, rows) is { } forecast)
                sections.Add(forecast);
        }
        if (result.Sft is not null)
            sections.Add(SftSection(result, rows));
        if (result.Reason is not null)
            sections.Add(ReasonSection(result.Reason, rows));
        if (OpenAnswers.Create(run) is { } answers)
            sections.Add(answers);
        if (SamplesSection.Create(run) is { } samples)
            sections.Add(samples);
        sections.Add(CostSection(recipe, result, rows));
        sections.Add(new ReportSection("What to do next", [new Commands(RunPipeline.NextCommands(result, run.Path))]));
        var summary = $"A language model made from {material.Source}, on this machine, in {Figure.Duration(result.Seconds)}. "
            + $"It is small: it has learned how such text goes{(result.Reason is null ? "" : " and how to work a few kinds of problem")}, and it knows little beyond that.";
        new RunReport(recipe.Name, summary, sections).Write(run.Path);
    }

    private static ReportSection Overview(RunResult result)
    {
        var figures = new List<KeyFigure>();
        if (result.Pretrain is { } pretrain)
        {
            figures.Add(new("bits per byte, unseen text", Figure.Significant(pretrain.BitsPerByte.Estimate),
                $"n-gram {Figure.Significant(pretrain.NGramBitsPerByte)}, bigram {Figure.Significant(pretrain.BigramBitsPerByte)}; lower is better"));
        }
        if (result.Sft is { ChrF: { } chrF, BaseChrF: { } before })
            figures.Add(new("chrF of answers, unseen questions", Figure.Significant(chrF.Estimate), $"before fine-tuning {Figure.Significant(before.Estimate)}"));
        if (result.Reason?.Rates is [var all, ..])
            figures.Add(new("pass@1, unseen problems", Figure.Percent(all.Pass1After.Estimate), $"before reinforcement learning {Figure.Percent(all.Pass1Before.Estimate)}"));
        figures.Add(new("time", Figure.Duration(result.Seconds)));
        return new ReportSection("In short", [new KeyFigures(figures)]);
    }

    private static ReportSection TokenizerSection(VocabularyResult vocabulary)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            new[] { "plain bytes", "256", "1" },
            new[] { "this run's vocabulary", Figure.Count(vocabulary.Vocabulary), Figure.Significant(vocabulary.BytesPerToken) },
        };
        if (vocabulary.Gpt2BytesPerToken is { } gpt2)
            rows.Add(["GPT-2's vocabulary", "50,257", Figure.Significant(gpt2)]);
        return new ReportSection("Tokens", [
            new Paragraph("Text is cut into tokens: the byte sequences that occur most often, learned from the text itself (byte-level BPE)."),
            new Table("Bytes per token on unseen text; more is shorter", ["Vocabulary", "Tokens", "Bytes per token"], rows)]);
    }

    private static ReportSection SftSection(RunResult result, IReadOnlyList<MetricsRow> rows)
    {
        var sft = result.Sft!;
        var blocks = new List<ReportBlock>
        {
            new Paragraph($"Example conversations teach it to answer and to stop: {Figure.Percent(sft.Ended.Estimate)} of its answers in a chat end by themselves ({Figure.Percent(sft.EndedGreedy.Estimate)} where always the most probable word is taken). Only what the assistant says counts in the loss."),
            Curve("Loss on the assistant's tokens", "nats per token", [SeriesOf(rows, "sft", "loss", "training"), SeriesOf(rows, "sft-eval", "held_out_loss", "unseen conversations")]),
        };
        if (sft is { ChrF: { } tuned, BaseChrF: { } before, NeighbourChrF: { } neighbour })
        {
            blocks.Add(new BarChart("Answers to unseen questions, against the true ones (chrF, 0 to 100)", "", ["score"],
                [new BarGroup("base model", [before]), new BarGroup("look-up: most similar question learned from", [neighbour]), new BarGroup("fine-tuned", [tuned])]));
        }
        var known = sft.Answers.Where(a => a.Truth is not null).Take(ShownAnswers).ToArray();
        if (known.Length > 0)
            blocks.Add(new Samples("Unseen questions, before and after", [.. known.Select(a => new SampleGroup(
                a.Question, [new SampleText("true", a.Truth!), new SampleText("base", a.Base), new SampleText("fine-tuned", a.Tuned)]))]));
        return new ReportSection("Fine-tuning: learn to converse", blocks);
    }

    private static ReportSection ReasonSection(ReasonResult reason, IReadOnlyList<MetricsRow> rows)
    {
        BarGroup Group(string label, Evaluation.Statistics.Interval before, Evaluation.Statistics.Interval after) => new(label, [before.Scale(100), after.Scale(100)]);
        return new ReportSection("Reasoning: learn from checked answers", [
            new Paragraph("It samples several answers to each problem; a program checks them; what did better than its group becomes more probable (GRPO). The problems measured here were never trained on."),
            Curve("Reward", "share of right answers", [SeriesOf(rows, "reason", "reward", "while training")]),
            new BarChart("Right answers to unseen problems", "%", ["before", "after"],
                [.. reason.Rates.SelectMany(r => new[] { Group($"{r.Kind}, pass@1", r.Pass1Before, r.Pass1After), Group($"{r.Kind}, pass@8", r.Pass8Before, r.Pass8After) })], Max: 100),
            new Samples("The same unseen problems before and after", [.. reason.Samples.GroupBy(s => s.Problem.Kind).SelectMany(g => g.Take(3)).Select(s => new SampleGroup(s.Problem.Question,
                [new SampleText($"before: {Verdict(s.RewardBefore)}", s.Before), new SampleText($"after: {Verdict(s.RewardAfter)}", s.After)]))])]);
    }

    private static ReportSection CostSection(Recipe recipe, RunResult result, IReadOnlyList<MetricsRow> rows)
    {
        var parameters = result.Pretrain?.Parameters ?? 0;
        double Flops(string stage) => stage switch
        {
            "pretrain" => 6.0 * parameters * (result.Pretrain?.Tokens ?? 0),
            "sft" => 6.0 * parameters * recipe.Sft.Steps * recipe.Sft.Batch * recipe.Sft.Row,
            // Every answer is written, and those of groups with a signal are learned from.
            "reason" => parameters * (double)recipe.Reason.Group * rows.Where(r => r.Stage == "reason").Sum(r =>
                (2.0 * recipe.Reason.Questions + 6 * (r["groups_with_signal"] ?? 0)) * (r["answer_tokens"] ?? 0)),
            _ => 0,
        };
        return new ReportSection("Cost", [
            new Paragraph("FLOPs are 6 × parameters × tokens of the training steps, and 2 × parameters × tokens of sampled answers (Kaplan et al. 2020); measuring is in the time, not in the FLOPs."),
            Assumptions.Cost.ToTable([.. result.Times.Select(t => (t.Stage, t.Seconds, Flops(t.Stage)))])]);
    }

    private static LineChart Curve(string title, string unit, IReadOnlyList<Series> series) => new(title, new Axis("step"), new Axis(unit), series);

    internal static Series SeriesOf(IReadOnlyList<MetricsRow> rows, string stage, string metric, string name)
    {
        var points = rows.Where(r => r.Stage == stage && r[metric] is not null).ToArray();
        return new Series(name, [.. points.Select(r => (double)r.Step)], [.. points.Select(r => r[metric]!.Value)]);
    }

    private static string Verdict(double reward) => reward > 0 ? "right" : "wrong";
}
