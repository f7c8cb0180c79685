using Mindwright.Inference.Files;
using Mindwright.Inference.Tests;
using Mindwright.Model;
using Mindwright.Tokens.Chat;

namespace Mindwright.Cli.Tests.Commands;

/// <summary>Model folders to run commands on.</summary>
internal static class ModelFolders
{
    /// <summary>The shape of all of them.</summary>
    public static ModelConfig Config { get; } = new()
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

    /// <summary>A folder that looks like a model and has a tokenizer; its weights are for the test to provide.</summary>
    public static string WithoutWeights(string folder)
    {
        SmallTokenizer.Instance.Save(folder, ChatFormat.Template);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config.ToJson().ToString());
        return folder;
    }

    /// <summary>A whole model, tiny and untrained.</summary>
    public static string Tiny(string folder)
    {
        using var model = new Transformer(Config, trainable: false);
        Initialization.Randomize(model, 1);
        ModelFolder.Save(folder, model);
        SmallTokenizer.Instance.Save(folder, ChatFormat.Template);
        return folder;
    }
}
