using Mindwright.Testing;

namespace Mindwright.Cli.Tests;

/// <summary>Training that takes a moment: a text to learn from, and the settings of a tiny model.</summary>
internal static class SmallRun
{
    /// <summary>Writes the text.</summary>
    public static string WriteText(TempFolder folder)
    {
        var path = folder["text.txt"];
        File.WriteAllText(path, string.Join("\n\n", Enumerable.Range(0, 500).Select(i => $"What is {i} and {i % 7}? The answer to that is {i + i % 7}, my friend.")));
        return path;
    }

    /// <summary>Writes conversations to learn from.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="more">What stands after them in the file.</param>
    public static string WriteChats(TempFolder folder, string more = "")
    {
        var path = folder["chats.jsonl"];
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 20).Select(i =>
            $$"""{"messages": [{"role": "user", "content": "What is {{i}} and 1?"}, {"role": "assistant", "content": "It is {{i + 1}}."}]}""" + "\n")) + more);
        return path;
    }

    /// <summary>The settings as options of <c>train</c>.</summary>
    /// <param name="text">The text's file.</param>
    /// <param name="steps">Steps of pre-training.</param>
    public static string[] Settings(string text, int steps = 3) =>
    [
        .. new[]
        {
            $"data.paths=['{text}']", "tokenizer.vocabulary=275", "compute.threads=1", "compute.precision=fp32",
            "model.layers=1", "model.width=16", "model.heads=1", "model.key_value_heads=1", "model.intermediate=16", "model.context=256",
            $"pretrain.steps={steps}", "pretrain.batch=4", "pretrain.micro_batch=4", "pretrain.sequence_length=32", "pretrain.evaluation_tokens=200",
            "sft.steps=2", "sft.batch=2", "sft.micro_batch=2", "sft.sequence_length=64",
        }.SelectMany(setting => new[] { "--set", setting }),
    ];
}
