using Mindwright.Inference.Files;

namespace Mindwright.Model;

/// <summary>Which matrices get a low-rank adapter, and of which size.</summary>
/// <param name="Rank">Rank of the adapters, 1 or more.</param>
/// <param name="Alpha">An adapter's output is multiplied by alpha / rank.</param>
/// <param name="Targets">Names of the adapted layers, such as <c>q_proj</c>; empty adapts every matrix of the blocks.</param>
public sealed record LoraOptions(int Rank, double Alpha, IReadOnlyList<string> Targets)
{
    /// <summary>The layers of a model that can be adapted, by the names that <see cref="Targets"/> takes.</summary>
    public static IReadOnlyList<string> Layers(ModelConfig config) =>
        [.. TensorLayout.Of(config).Where(s => s.Kind == ParameterKind.Matrix).SelectMany(s => s.Parts).Select(p => LayerOf(p.Name)).Distinct()];

    internal bool Adapts(string part) => Targets.Count == 0 || Targets.Contains(LayerOf(part));

    /// <summary><c>model.layers.0.self_attn.q_proj.weight</c> → <c>q_proj</c>.</summary>
    private static string LayerOf(string part) => part.Split('.')[^2];
}
