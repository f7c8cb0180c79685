using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// The decoder-only transformer: the one forward pass that training, scoring, rollouts and generation all go through.
/// Pre-norm blocks (attention, then feed-forward) on a residual stream; see <see cref="Architecture"/> for the layouts.
/// </summary>
/// <remarks>
/// Shapes: B sequences, T tokens, C channels, H query heads, G key/value heads, D channels a head, V token ids.
/// Callers hold a dispose scope; nothing here keeps a tensor beyond the call but the parameters and the rotary tables.
/// </remarks>
public sealed class Transformer : IDisposable
{
    private readonly Parameter _embedding; // [V, C]
    private readonly Parameter? _positions; // [context, C], where they are learned
    private readonly RotaryTable? _rotary; // where they are rotations
    private readonly Block[] _blocks;
    private readonly Norm _norm;
    private readonly Parameter _head; // [V, C] or [1, C]

    /// <summary>Makes a transformer with all parameters zero; see <see cref="Initialization"/> and <see cref="ModelFolder"/>.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="device">Where it lives; the CPU by default.</param>
    /// <param name="compute">fp32, or bfloat16 for 16-bit products and activations.</param>
    /// <param name="trainable">False allocates no gradients.</param>
    public Transformer(ModelConfig config, Device? device = null, ScalarType compute = ScalarType.Float32, bool trainable = true)
    {
        Native.LibTorch.Load();
        Config = config.Validate();
        Weights = new FlatParameters(TensorLayout.Of(config), device ?? CPU, compute, trainable);
        _embedding = Weights[TensorLayout.EmbeddingOf(config)];
        if (config.LearnedPositions)
            _positions = Weights[TensorLayout.PositionsName];
        else
            _rotary = new RotaryTable(config, Weights.Device);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => Block.Of(config, Weights, layer))];
        _norm = new Norm(config, Weights, TensorLayout.FinalNormOf(config));
        _head = Weights[TensorLayout.HeadOf(config)];
    }

    /// <summary>The shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>The parameters.</summary>
    public FlatParameters Weights { get; }

    /// <summary>
    /// Whether the backward pass computes each block's activations anew instead of keeping them: less memory for one more forward pass.
    /// </summary>
    public bool CheckpointActivations { get; set; }

    /// <summary>The adapters over the parameters, if there are any.</summary>
    public LoraAdapters? Adapters { get; private set; }

    /// <summary>What training changes: the adapters where there are any, else the parameters.</summary>
    public FlatParameters Trained => Adapters?.Weights ?? Weights;

    /// <summary>Puts fresh adapters over the parameters, which stay as they are from now on. The output does not change.</summary>
    /// <param name="options">Which layers are adapted.</param>
    /// <param name="seed">Decides the adapters' random half.</param>
    /// <exception cref="ArgumentException">A layer does not exist; the message names those that do.</exception>
    /// <exception cref="InvalidOperationException">There are adapters already.</exception>
    public void Adapt(LoraOptions options, ulong seed)
    {
        if (Adapters is not null)
            throw new InvalidOperationException("the model has adapters already; merge them first");
        SetAdapters(new LoraAdapters(Config, Weights, options, seed));
    }

    /// <summary>A copy of the parameters without adapters, which is not trained: what training began with, as a reference to stay close to.</summary>
    public Transformer Copy()
    {
        var copy = new Transformer(Config, Weights.Device, Weights.Compute, trainable: false);
        using var _ = no_grad();
        copy.Weights.Values.copy_(Weights.Values);
        copy.Weights.Refresh();
        return copy;
    }

    /// <summary>Works the adapters into the parameters and removes them: the same model, without the detour.</summary>
    public void Merge()
    {
        if (Adapters is not { } adapters)
            return;
        adapters.AddTo(Weights);
        SetAdapters(null);
        adapters.Dispose();
    }

    private void SetAdapters(LoraAdapters? adapters)
    {
        Adapters = adapters;
        foreach (var block in _blocks)
            block.Adapt(adapters);
    }

    /// <summary>Runs the blocks over whole sequences.</summary>
    /// <param name="tokens">Token ids <c>[B, T]</c>, int64.</param>
    /// <param name="segments">
    /// For packed rows, the document of each token <c>[B, T]</c>, int64: a token attends only within its document, and positions
    /// count from its start. Null where a row is one document.
    /// </param>
    /// <returns>The normalized residual stream <c>[B, T, C]</c>, in the compute type; see <see cref="Logits"/> and <see cref="TokenLogProbs"/>.</returns>
    public Tensor Hidden(Tensor tokens, Tensor? segments = null)
    {
        var attention = segments is null ? AttentionContext.Causal(tokens) : AttentionContext.Packed(segments);
        return Run(tokens, attention);
    }

    /// <summary>Runs the blocks over new tokens of some slots of a cache, and adds their keys and values to it.</summary>
    internal Tensor Hidden(Tensor tokens, CacheStep step) => Run(tokens, AttentionContext.Cached(step));

    /// <summary>Logits of the next token <c>[.., V]</c>, fp32, from the residual stream <c>[.., C]</c>.</summary>
    /// <exception cref="InvalidOperationException">The model has a scalar head.</exception>
    public Tensor Logits(Tensor hidden) => Kernels.Linear(hidden, VocabularyHead).to(ScalarType.Float32);

    /// <summary>
    /// Log-probabilities of given next tokens, without the full table of logits in memory.
    /// </summary>
    /// <param name="hidden">The residual stream <c>[.., C]</c>.</param>
    /// <param name="targets">The tokens whose log-probability is asked <c>[..]</c>, int64.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <returns>Log-probabilities in nats <c>[..]</c>, fp32; differentiable.</returns>
    /// <exception cref="InvalidOperationException">The model has a scalar head.</exception>
    public Tensor TokenLogProbs(Tensor hidden, Tensor targets, double temperature = 1.0) =>
        Kernels.TokenLogProbs(temperature == 1.0 ? hidden : hidden / temperature, VocabularyHead, targets);

    /// <summary>The number that a scalar head gives to each position <c>[..]</c>, fp32, from the residual stream <c>[.., C]</c>.</summary>
    /// <exception cref="InvalidOperationException">The model has a vocabulary for a head.</exception>
    public Tensor Scores(Tensor hidden) => Config.Head == ModelHead.Scalar
        ? Kernels.Linear(hidden.to(ScalarType.Float32), Adapters?.Head ?? _head).squeeze(-1)
        : throw new InvalidOperationException("the model gives logits, not scores: its head is a vocabulary");

    /// <summary>Names of the matrices that write to the residual stream.</summary>
    internal IEnumerable<string> ResidualOutputs => _blocks.SelectMany(block => block.ResidualOutputs);

    private Parameter VocabularyHead => Config.Head == ModelHead.Vocabulary
        ? _head
        : throw new InvalidOperationException("the model gives scores, not logits: its head is a scalar");

    /// <inheritdoc/>
    public void Dispose()
    {
        _rotary?.Dispose();
        Adapters?.Dispose();
        Weights.Dispose();
    }

    private Tensor Run(Tensor tokens, AttentionContext attention)
    {
        var x = Kernels.Embedding(tokens, _embedding); // [B, T, C]
        if (_positions is not null)
            x += Kernels.Embedding(attention.Positions, _positions); // [B, T, C]
        var rotation = _rotary?.At(attention.Positions);
        foreach (var block in _blocks)
        {
            using var input = x;
            Tensor Forward(Tensor residual) => block.Forward(residual, rotation, attention);
            x = CheckpointActivations ? CheckpointKernel.Run(x, Forward) : Forward(x); // [B, T, C]
        }
        return _norm.Forward(x); // [B, T, C]
    }
}
