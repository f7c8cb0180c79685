using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Rollouts;
using Mindwright.Training.Stages;

namespace Mindwright.Workbench.Runs;

/// <summary>The same few questions, put to the model after every stage.</summary>
internal static class OpenAnswers
{
    private const string Prefix = "answers-";

    /// <summary>Asks, greedily, and keeps the answers with the run.</summary>
    public static void Ask(RunFolder run, string stage, Transformer model, IChatFormat format, IReadOnlyList<string> questions, CancellationToken cancellation)
    {
        var answers = ChatAnswers.Ask(model, format, questions, SamplingOptions.Greedy, cancellation).Texts;
        run.WriteResult(Prefix + stage, questions.Zip(answers).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <summary>Question by question, what the model answered after each stage; null where none was asked.</summary>
    public static ReportSection? Create(RunFolder run)
    {
        var answers = StageList.All.Select(stage => (Label: $"after {stage.Title}", Answers: run.Result<Dictionary<string, string>>(Prefix + stage.Name)))
            .Where(stage => stage.Answers is not null).ToArray();
        if (answers.Length == 0)
            return null;
        var questions = answers.SelectMany(stage => stage.Answers!.Keys).Distinct();
        return new ReportSection("The same questions after every stage", [
            new Paragraph("Asked as a user would, answered with the most probable words. A model that was only pre-trained goes on writing instead of answering."),
            new Samples("Answers", [.. questions.Select(question => new SampleGroup(question,
                [.. answers.Where(stage => stage.Answers!.ContainsKey(question)).Select(stage => new SampleText(stage.Label, stage.Answers![question]))]))])]);
    }
}
