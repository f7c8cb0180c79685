using System.Globalization;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages;
using Mindwright.Training.Text;

namespace Mindwright.Workbench.Runs;

/// <summary>Says what a run did and reached, for someone who wasn't there.</summary>
internal static class RunReportWriter
{
    public static void Write(Recipe recipe, RunFolder run, RunResult result)
    {
        var metrics = MetricsLog.Read(run.MetricsPath).ToArray();
        var stages = StageReports.Of(recipe, run.Path, result);
        var sections = new List<ReportSection> { Overview(stages, result), Facts(run, recipe, result, stages) };
        if (result.Tokenizer is { } vocabulary)
            sections.Add(TokenizerSection(vocabulary));
        foreach (var (stage, report, _) in stages)
        {
            sections.AddRange(report.Sections);
            if (stage.FollowsPowerLaw && ForecastSection.FromCurve(stage.Name, recipe.StageOf(stage.Name), metrics) is { } forecast)
                sections.Add(forecast);
        }
        if (OpenAnswers.Create(run) is { } answers)
            sections.Add(answers);
        if (SamplesSection.Create(run) is { } samples)
            sections.Add(samples);
        sections.Add(CostSection(stages, result));
        sections.Add(new ReportSection("What to do next", [new Commands(NextCommands.After(result, recipe, run.Path))]));
        var summary = $"A language model made from {Source(result)}, on this machine, in {Figure.Duration(result.Seconds)}. "
            + "It has learned how such text goes, and it knows little beyond that.";
        new RunReport(recipe.Name, summary, sections).Write(run.Path);
    }

    private static string Source(RunResult result) => result.Sources.Count > 0 ? string.Join(", ", result.Sources) : "built-in examples";

    private static ReportSection Overview(IReadOnlyList<StageReports.Entry> stages, RunResult result) => new("In short",
        [new KeyFigures([.. stages.SelectMany(stage => stage.Report.KeyFigures), new("time", Figure.Duration(result.Seconds))])]);

    private static ReportSection Facts(RunFolder run, Recipe recipe, RunResult result, IReadOnlyList<StageReports.Entry> stages)
    {
        var manifest = run.Manifest;
        var rows = new List<IReadOnlyList<string>>();
        void Add(string name, string value) => rows.Add([name, value]);

        if (run.Result<TextSummary>(RunContext.TextResult) is { } text)
            Add("text", text.Documents == 0 ? text.Source
                : $"{text.Source}: {Figure.Count(text.Documents)} documents to learn ({Figure.Short(text.Bytes)}B), {Figure.Count(text.HeldOutDocuments)} held out for measuring");
        else
            Add("learned from", Source(result));
        if (result.Tokenizer is { } vocabulary)
            Add("tokens", $"byte-level BPE of {Figure.Count(vocabulary.Vocabulary)} ids, {Figure.Significant(vocabulary.BytesPerToken)} bytes a token on unseen text");
        foreach (var (name, value) in stages.SelectMany(stage => stage.Report.Settings))
            Add(name, value);
        Add("seed", Figure.Count(recipe.Seed));
        Add("machine", string.Join(", ", manifest.Hardware.Select(h => h.Key == "memory_bytes"
            ? $"memory {Figure.Significant(double.Parse(h.Value, CultureInfo.InvariantCulture) / (1 << 30))} GiB"
            : $"{h.Key} {h.Value}")));
        Add("versions", string.Join(", ", manifest.Versions.Select(v => $"{v.Key} {v.Value}")));
        Add("begun", manifest.Created.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        return new ReportSection("What was trained on what",
            [new Table("All settings stand in resolved.toml, hashes of the data in manifest.json", ["", ""], rows)]);
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

    private static ReportSection CostSection(IReadOnlyList<StageReports.Entry> stages, RunResult result) => new("Cost", [
        new Paragraph("FLOPs are 6 × parameters × tokens of the training steps, and 2 × parameters × tokens of sampled answers (Kaplan et al. 2020); measuring is in the time, not in the FLOPs."),
        Assumptions.Cost.ToTable([.. result.Times.Select(t => (t.Stage, t.Seconds, stages.Where(stage => stage.Stage.Name == t.Stage).Sum(stage => stage.Flops)))])]);
}
