using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Pipeline;
using Mindwright.Training.Stages.Sft;

namespace Mindwright.Workbench.Pipeline;

/// <summary>The same few questions, put to the model after every stage.</summary>
internal static class OpenAnswers
{
    private const string Prefix = "answers-";

    /// <summary>Asks, greedily, and keeps the answers with the run.</summary>
    public static void Ask(StageContext context, string stage, Transformer model, IChatFormat format, IReadOnlyList<string> questions)
    {
        var (answers, _) = Finetuning.Answer(model, format, questions, SamplingOptions.Greedy, context.Cancellation);
        context.Run.WriteResult(Prefix + stage, questions.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <summary>Question by question, what the model answered after each stage; null where none was asked.</summary>
    public static ReportSection? Create(RunFolder run)
    {
        (string Stage, string Label)[] stages = [("pretrain", "after pre-training"), ("sft", "after fine-tuning"), ("reason", "after reinforcement learning")];
        var answers = stages.Select(stage => (stage.Label, Answers: run.Result<Dictionary<string, string>>(Prefix + stage.Stage)))
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
