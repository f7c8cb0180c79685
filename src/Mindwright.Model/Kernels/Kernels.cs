using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Mindwright.Model;

/// <summary>The operations that a transformer is made of, each differentiable. Statistics are taken in fp32 whatever the type of the input.</summary>
internal static class Kernels
{
    /// <summary>Rows of a table: ids <c>[..]</c>, table <c>[V, C]</c> → <c>[.., C]</c>.</summary>
    public static Tensor Embedding(Tensor ids, Parameter table)
    {
        var flat = ids.flatten();
        var rows = Fused.Handles(table.Value) ? EmbeddingKernel.Run(flat, table) : table.Value.index_select(0, flat);
        return rows.view([.. ids.shape, table.Value.shape[1]]);
    }

    /// <summary>x·Wᵀ + b: <c>[.., in]</c> → <c>[.., out]</c>.</summary>
    public static Tensor Linear(Tensor x, Parameter weight, Tensor? bias = null) =>
        Fused.Handles(x) && Fused.Handles(weight.Value)
            ? LinearKernel.Run(x, weight, bias)
            : Functional.linear(x, weight.Value, bias?.to(weight.Value.dtype));

    /// <summary>x / √(mean(x²) + ε) · w over the last dimension (Zhang and Sennrich 2019).</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon)
    {
        if (RmsNormKernel.Handles(x, weight))
            return RmsNormKernel.Run(x, weight, epsilon);
        var wide = x.to(ScalarType.Float32);
        var scale = wide.square().mean([-1], keepdim: true).add(epsilon).rsqrt();
        return (wide * scale * weight).to(x.dtype);
    }

    /// <summary>(x − mean) / √(variance + ε) · w + b over the last dimension (Ba et al. 2016).</summary>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) =>
        Functional.layer_norm(x.to(ScalarType.Float32), [x.shape[^1]], weight, bias, epsilon).to(x.dtype);

    /// <summary>silu(gate)·up, where the input holds gate and up side by side: <c>[.., 2I]</c> → <c>[.., I]</c> (Shazeer 2020).</summary>
    public static Tensor SwiGlu(Tensor gateUp)
    {
        if (Fused.Handles(gateUp))
            return SwiGluKernel.Run(gateUp);
        var halves = gateUp.chunk(2, dim: -1);
        return Functional.silu(halves[0]) * halves[1];
    }

    /// <summary>
    /// Queries <c>[B, T, H, D]</c>, keys and values <c>[B, T, G, D]</c> out of their common product <c>[B, T, (H + 2G)·D]</c>; queries and keys
    /// normalized per head where weights <c>[D]</c> are given (Dehghani et al. 2023), then rotated where a rotation is.
    /// </summary>
    public static (Tensor Queries, Tensor Keys, Tensor Values) QueriesKeysValues(
        Tensor qkv, int heads, int groups, Tensor? queryNorm, Tensor? keyNorm, double epsilon, Rotation? rotation)
    {
        if (QueriesKeysValuesKernel.Handles(qkv, queryNorm, keyNorm, rotation))
            return QueriesKeysValuesKernel.Run(qkv, heads, groups, queryNorm, keyNorm, epsilon, rotation);
        var parts = qkv.view(qkv.shape[0], qkv.shape[1], heads + 2 * groups, -1);
        var q = parts.narrow(2, 0, heads); // [B, T, H, D]
        var k = parts.narrow(2, heads, groups); // [B, T, G, D]
        var v = parts.narrow(2, heads + groups, groups); // [B, T, G, D]
        if (queryNorm is not null && keyNorm is not null)
            (q, k) = (RmsNorm(q, queryNorm, epsilon), RmsNorm(k, keyNorm, epsilon));
        return rotation is null ? (q, k, v) : (Rotate(q, rotation), Rotate(k, rotation), v);
    }

    /// <summary>
    /// Attention: queries <c>[B, T, H, D]</c>, keys and values <c>[B, S, G, D]</c> of which H/G query heads share each, → <c>[B, T, H, D]</c>.
    /// </summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="mask">What each token may attend to <c>[B, 1, T, S]</c>; null for all that came before.</param>
    public static Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        var (heads, groups) = (q.shape[2], k.shape[2]);
        if (groups < heads)
        {
            k = k.repeat_interleave(heads / groups, dim: 2); // [B, S, H, D]
            v = v.repeat_interleave(heads / groups, dim: 2);
        }
        return Functional.scaled_dot_product_attention(
            q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), mask, 0, mask is null && q.shape[1] > 1).transpose(1, 2); // [B, T, H, D]
    }

    /// <summary>Rotates pairs (i, i + D/2) of the channels of <c>[B, T, H, D]</c> by their position's angles (Su et al. 2021).</summary>
    public static Tensor Rotate(Tensor x, Rotation rotation)
    {
        var halves = x.chunk(2, dim: -1); // each [B, T, H, D/2]
        return cat([
            halves[0] * rotation.Cos - halves[1] * rotation.Sin,
            halves[1] * rotation.Cos + halves[0] * rotation.Sin,
        ], dim: -1).to(x.dtype);
    }

    /// <summary>Log-probability of each target under softmax(x·Wᵀ): <c>[.., C]</c>, <c>[V, C]</c>, <c>[..]</c> → <c>[..]</c> fp32.</summary>
    public static Tensor TokenLogProbs(Tensor hidden, Parameter head, Tensor targets)
    {
        if (TokenLogProbsKernel.Handles(hidden, head.Value, targets))
            return TokenLogProbsKernel.Run(hidden.view(-1, hidden.shape[^1]), head, targets.flatten()).view(targets.shape);
        var logits = Linear(hidden, head).to(ScalarType.Float32); // [.., V]
        return Functional.log_softmax(logits, -1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    }
}
