using Mindwright.Inference.Files;
using Mindwright.Inference.Tests;
using Mindwright.Model;
using Mindwright.Runs.Report;
using Mindwright.Tokens.Chat;

namespace Mindwright.Cli.Tests.Commands;

/// <summary>Model folders to run commands on.</summary>
internal static class ModelFolders
{
    /// <summary>A folder that looks like a model and has a tokenizer; its weights are for the test to provide.</summary>
    public static string WithoutWeights(string folder)
    {
        SmallTokenizer.Instance.Save(folder, ChatFormat.Template);
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), $$"""{"eos_token_id": [{{SmallTokenizer.Format.EndOfTurn}}]}""");
        return folder;
    }

    /// <summary>A whole model, tiny and untrained.</summary>
    public static string Tiny(string folder)
    {
        var config = new ModelConfig
        {
            VocabularySize = SmallTokenizer.Instance.VocabularySize,
            HiddenSize = 16,
            IntermediateSize = 32,
            Layers = 2,
            Heads = 2,
            KeyValueHeads = 1,
            HeadSize = 8,
            ContextLength = 64,
            EndOfText = [SmallTokenizer.Format.EndOfTurn],
        };
        using var model = new Transformer(config, trainable: false);
        Initialization.Randomize(model, 1);
        ModelFolder.Save(folder, model);
        SmallTokenizer.Instance.Save(folder, ChatFormat.Template);
        return folder;
    }
}
