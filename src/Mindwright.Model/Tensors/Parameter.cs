using Mindwright.Inference.Files;
using Mindwright.Inference.Simd;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>
/// A leaf as the forward pass uses it, and the slice of the flat buffer where its gradient gathers. The fused operations write there
/// straight from their products; plain ones leave their gradient at the leaf, from where <see cref="Collect"/> takes it.
/// </summary>
internal sealed class Parameter : IDisposable
{
    // Gradients of a chunk of rows in 16 bits: still in the cache when they are added in 32.
    private const long ChunkBytes = 8 << 20;

    private readonly Tensor? _gradient; // fp32, the leaf's shape
    private readonly bool _isView; // plain operations accumulate in the buffer itself
    private bool _isStale; // the buffer holds what an earlier step left

    /// <param name="value">The leaf, in the compute type.</param>
    /// <param name="gradient">Where its gradient gathers, fp32, of the same shape; null where it is not trained.</param>
    /// <param name="kind">What it is to an optimizer.</param>
    internal Parameter(Tensor value, Tensor? gradient, ParameterKind kind)
    {
        Value = value;
        _gradient = gradient;
        if (gradient is null)
            return;
        value.requires_grad_(true);
        _isView = kind == ParameterKind.Vector;
        if (_isView)
            value.grad = gradient;
    }

    /// <summary>The leaf, in the compute type.</summary>
    public Tensor Value { get; }

    /// <summary>Whether it has a gradient.</summary>
    internal bool IsTrained => _gradient is not null;

    /// <summary>Adds outputᵀ·input, the gradient of x·Wᵀ: the output's gradient <c>[N, out]</c>, the input <c>[N, in]</c>.</summary>
    internal void AddProduct(Tensor output, Tensor input)
    {
        using var _ = OperationProfile.TimeProduct("product, weight gradient", input.shape[0], Value);
        if (input.dtype == ScalarType.Float32)
        {
            using var turned = output.t();
            _gradient!.addmm_(turned, input, beta: _isStale ? 0 : 1, alpha: 1);
            _isStale = false;
            return;
        }
        var (rows, columns) = (output.shape[1], input.shape[1]);
        var chunk = Math.Max(64, ChunkBytes / (columns * input.element_size()));
        for (var row = 0L; row < rows; row += chunk)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(chunk, rows - row);
            Add(_gradient!.narrow(0, row, count), output.narrow(1, row, count).t().mm(input));
        }
        _isStale = false;
    }

    /// <summary>Adds to the rows of a table, in order: ids <c>[N]</c> int64, gradients <c>[N, C]</c>, contiguous.</summary>
    internal unsafe void AddRows(Tensor ids, Tensor gradients)
    {
        Settle();
        var (count, columns) = (ids.NumberOfElements, (int)_gradient!.shape[1]);
        var idAt = TensorStorage.Pointer<long>(ids);
        var from = TensorStorage.Address(gradients);
        var to = TensorStorage.Pointer<float>(_gradient);
        using var _ = OperationProfile.Time("embedding, gradient", 0, count * columns * (8.0 + gradients.element_size()));
        if (gradients.dtype == ScalarType.BFloat16)
            TableRows.Add(idAt, (Brain16*)from, to, count, columns);
        else
            TableRows.Add(idAt, (Single32*)from, to, count, columns);
    }

    /// <summary>Takes the gradient that plain operations left at the leaf.</summary>
    internal void Collect()
    {
        if (_gradient is null || _isView || Value.grad is not { } left)
            return;
        Add(_gradient, left);
        _isStale = false;
        Value.grad = null;
        left.Dispose();
    }

    /// <summary>Forgets the gradient.</summary>
    internal void Clear()
    {
        if (_gradient is null)
            return;
        _isStale = !_isView;
        if (_isView)
            _gradient.zero_();
        else
            Value.grad = null;
    }

    /// <summary>Makes the buffer say what the gradient is: zeros, where nothing was added since <see cref="Clear"/>.</summary>
    internal void Settle()
    {
        if (_isStale)
            _gradient!.zero_();
        _isStale = false;
    }

    private void Add(Tensor sum, Tensor gradient)
    {
        if (_isStale)
            sum.copy_(gradient);
        else
            sum.add_(gradient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Value.Dispose();
        _gradient?.Dispose();
    }
}
