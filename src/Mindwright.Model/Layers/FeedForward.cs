using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Mindwright.Model;

/// <summary>What each token goes through by itself: up to a wider layer of I channels, an activation, and down again.</summary>
internal abstract class FeedForward(Linear up, Linear output)
{
    /// <summary>The projection whose result is added to the residual stream.</summary>
    public Linear Output => output;

    /// <summary>Takes the adapters over its matrices.</summary>
    public void Adapt(LoraAdapters? adapters)
    {
        up.Adapt(adapters);
        output.Adapt(adapters);
    }

    /// <summary>Runs it on the normalized residual stream <c>[B, T, C]</c>.</summary>
    public Tensor Forward(Tensor x)
    {
        var wide = up.Forward(x); // [B, T, 2I] or [B, T, I]
        var active = Activate(wide); // [B, T, I]
        return output.Forward(active); // [B, T, C]
    }

    protected abstract Tensor Activate(Tensor wide);
}

/// <summary>The Llama family's: silu(gate)·up (Shazeer 2020), gate and up being one product <c>[B, T, 2I]</c>.</summary>
internal sealed class SwiGluFeedForward(FlatParameters weights, string block)
    : FeedForward(new Linear(weights, block + "mlp.gate_up"), new Linear(weights, block + "mlp.down_proj"))
{
    protected override Tensor Activate(Tensor wide) => Kernels.SwiGlu(wide); // [B, T, I]
}

/// <summary>GPT-2's: GELU in its approximation by tanh (Hendrycks and Gimpel 2016).</summary>
internal sealed class GeluFeedForward(FlatParameters weights, string block)
    : FeedForward(new Linear(weights, block + "mlp.c_fc", hasBias: true), new Linear(weights, block + "mlp.c_proj", hasBias: true))
{
    protected override Tensor Activate(Tensor wide) => Functional.gelu(wide, TorchSharp.Modules.GELU.Approximate.tanh); // [B, T, I]
}
