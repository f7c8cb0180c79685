using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>What the custom autograd functions share: when they apply, and who frees their gradients.</summary>
internal static class Fused
{
    [ThreadStatic]
    private static List<Tensor>? _returned;

    /// <summary>Whether the fused kernels read this tensor: fp32 or bf16, contiguous, on the CPU, not empty.</summary>
    public static bool Handles(Tensor x) =>
        x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && x.is_contiguous() && x.NumberOfElements > 0;

    /// <summary>Whether a gradient will be asked of an operation on these.</summary>
    public static bool NeedsGradient(params ReadOnlySpan<Tensor?> inputs)
    {
        if (!is_grad_enabled())
            return false;
        foreach (var input in inputs)
            if (input?.requires_grad == true)
                return true;
        return false;
    }

    /// <summary>Sums rows <c>[rows, columns]</c> of fp32 in fp64, in order: <c>[columns]</c>.</summary>
    public static unsafe Tensor Sum(Tensor rows)
    {
        var total = empty([rows.shape[1]], ScalarType.Float32, CPU);
        Rows.Sum(TensorStorage.Pointer<float>(rows), rows.shape[0], rows.shape[1], TensorStorage.Pointer<float>(total));
        return total;
    }

    /// <summary>
    /// Runs the backward pass of a custom function in a dispose scope of its own. The handles of the gradients that it
    /// returns are read by libtorch after the return; they are freed at the next backward pass of any function on this thread
    /// (or with the caller's scope), so that gradients do not pile up until the whole pass is over.
    /// </summary>
    public static List<Tensor> Backward(Func<List<Tensor?>> gradients)
    {
        if (_returned is not null)
            foreach (var tensor in _returned)
                tensor?.Dispose();
        using var scope = NewDisposeScope();
        var returned = gradients();
        foreach (var tensor in returned)
            tensor?.MoveToOuterDisposeScope();
        return _returned = returned!;
    }
}
