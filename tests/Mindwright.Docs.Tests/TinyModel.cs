using System.Runtime.InteropServices;
using Mindwright.Inference.Files;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Docs.Tests;

/// <summary>Writes the model folder that the snippets find: the default architecture, a few thousand random weights, a tokenizer of conversations.</summary>
internal static class TinyModel
{
    public static void Write(string folder)
    {
        var tokenizer = BpeTrainer.Train(
            Enumerable.Repeat("the sky is blue, and the sky of Mars is red. ", 4),
            new BpeTrainingOptions { VocabularySize = 256 + 16 + ChatFormat.SpecialTokens.Count, SpecialTokens = ChatFormat.SpecialTokens });
        tokenizer.Save(folder, ChatFormat.Template);
        var config = new ModelConfig
        {
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = 16,
            IntermediateSize = 32,
            Layers = 1,
            Heads = 2,
            KeyValueHeads = 1,
            HeadSize = 8,
            ContextLength = 512,
            EndOfText = [tokenizer.SpecialTokens["<|endoftext|>"]],
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJson().ToString());
        var random = new Random(1);
        SafetensorsWriter.WriteFolder(folder, [.. TensorLayout.Of(config).SelectMany(spec => spec.Parts.Select(part => Tensor(spec, part, random)))]);
    }

    private static SafetensorsSource Tensor(ParameterSpec spec, ParameterPart part, Random random)
    {
        long[] shape = [part.Rows, .. spec.Shape[1..]];
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = spec.Kind == ParameterKind.Vector ? 1 : 0.2f * (random.NextSingle() - 0.5f);
        return new SafetensorsSource(part.Name, SafetensorsDtype.F32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());
    }
}
