using Mindwright.Inference.Simd;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Mindwright.Model;

/// <summary>
/// Log-probabilities of given tokens, in chunks of rows: logits exist in the compute type alone, and never in fp32.
/// The backward pass takes kept logits, or computes them anew where all together would be large.
/// </summary>
internal sealed unsafe class TokenLogProbsKernel : autograd.SingleTensorFunction<TokenLogProbsKernel>
{
    // Each chunk adds its share to the whole gradient of the output layer: few large ones.
    private const long ChunkBytes = 64 << 20;

    // Computing logits again costs a quarter of the layer's products; memory up to here is the cheaper price.
    private const long KeptBytes = 256L << 20;

    public override string Name => nameof(TokenLogProbsKernel);

    public static bool Handles(Tensor hidden, Tensor head, Tensor targets) =>
        Fused.Handles(hidden) && Fused.Handles(head) && hidden.dtype == head.dtype
        && targets.device_type == DeviceType.CPU && targets.dtype == ScalarType.Int64;

    /// <summary>hidden <c>[N, C]</c>, head <c>[V, C]</c>, targets <c>[N]</c> → <c>[N]</c> fp32.</summary>
    public static Tensor Run(Tensor hidden, Parameter head, Tensor targets) =>
        Fused.NeedsGradient(hidden, head.Value)
            ? apply(hidden, head.Value, targets.contiguous(), head)
            : Forward(hidden, head.Value, targets.contiguous(), null).LogProbs;

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, head, targets) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var kept = hidden.shape[0] * head.shape[0] * hidden.element_size() <= KeptBytes ? new List<Tensor>() : null;
        var (logProbs, sums) = Forward(hidden, head, targets, kept);
        ctx.save_for_backward([hidden, head, targets, sums, .. kept ?? []]);
        ctx.save_data("head", vars[3]);
        ctx.save_data("needs_hidden", hidden.requires_grad);
        return logProbs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Fused.Backward(() =>
    {
        using var incoming = grad_output;
        var saved = ctx.get_saved_variables();
        var (hidden, head, targets, sums) = (saved[0], saved[1], saved[2], saved[3]);
        var parameter = (Parameter)ctx.get_data("head");
        var g = incoming.to(ScalarType.Float32).contiguous();
        var gAt = TensorStorage.Pointer<float>(g);
        var sumsAt = TensorStorage.Pointer<float>(sums);
        var targetsAt = TensorStorage.Pointer<long>(targets);
        var vocabulary = (int)head.shape[0];
        var dHidden = (bool)ctx.get_data("needs_hidden") ? empty_like(hidden) : null;
        var threads = get_num_threads();
        var chunks = Chunks(hidden, head);
        for (var i = 0; i < chunks.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (start, count) = chunks[i];
            var part = hidden.narrow(0, start, count);
            var logits = saved.Count > 4 ? saved[4 + i] : Logits(part, head); // [n, V]
            var at = TensorStorage.Address(logits); // becomes its own gradient
            using (OperationProfile.Time("softmax, gradient", 0, 2 * logits.element_size() * (double)logits.NumberOfElements))
            {
                if (hidden.dtype == ScalarType.BFloat16)
                    LogSoftmaxRows.Backward((Brain16*)at, targetsAt + start, sumsAt + start, gAt + start, count, vocabulary, threads);
                else
                    LogSoftmaxRows.Backward((Single32*)at, targetsAt + start, sumsAt + start, gAt + start, count, vocabulary, threads);
            }
            if (dHidden is not null)
            {
                using var _ = OperationProfile.TimeProduct("product, input gradient", count, head);
                dHidden.narrow(0, start, count).copy_(logits.mm(head));
            }
            if (parameter.IsTrained)
                parameter.AddProduct(logits, part);
        }
        return [dHidden, null, null, null];
    });

    private static (Tensor LogProbs, Tensor Sums) Forward(Tensor hidden, Tensor head, Tensor targets, List<Tensor>? kept)
    {
        var (rows, vocabulary) = (hidden.shape[0], (int)head.shape[0]);
        var logProbs = empty([rows], ScalarType.Float32, CPU);
        var sums = empty([rows], ScalarType.Float32, CPU); // log Σ exp(logit)
        var logProbsAt = TensorStorage.Pointer<float>(logProbs);
        var sumsAt = TensorStorage.Pointer<float>(sums);
        var targetsAt = TensorStorage.Pointer<long>(targets);
        for (var row = 0L; row < rows; row++)
            if (targetsAt[row] < 0 || targetsAt[row] >= vocabulary)
                throw new ArgumentException($"target {targetsAt[row]} is no token; ids are 0 to {vocabulary - 1}", nameof(targets));
        foreach (var (start, count) in Chunks(hidden, head))
        {
            using var scope = NewDisposeScope();
            var logits = Logits(hidden.narrow(0, start, count), head); // [n, V]
            var from = TensorStorage.Address(logits);
            using (OperationProfile.Time("softmax", 0, logits.element_size() * (double)logits.NumberOfElements))
            {
                if (hidden.dtype == ScalarType.BFloat16)
                    LogSoftmaxRows.Forward((Brain16*)from, targetsAt + start, sumsAt + start, logProbsAt + start, count, vocabulary, get_num_threads());
                else
                    LogSoftmaxRows.Forward((Single32*)from, targetsAt + start, sumsAt + start, logProbsAt + start, count, vocabulary, get_num_threads());
            }
            kept?.Add(logits.MoveToOuterDisposeScope());
        }
        return (logProbs, sums);
    }

    private static Tensor Logits(Tensor hidden, Tensor head)
    {
        using var _ = OperationProfile.TimeProduct("product", hidden.shape[0], head);
        return Functional.linear(hidden, head);
    }

    private static List<(long Start, long Count)> Chunks(Tensor hidden, Tensor head)
    {
        var size = Math.Max(64, ChunkBytes / (head.shape[0] * hidden.element_size()));
        var chunks = new List<(long, long)>();
        for (var start = 0L; start < hidden.shape[0]; start += size)
            chunks.Add((start, Math.Min(size, hidden.shape[0] - start)));
        return chunks;
    }
}
