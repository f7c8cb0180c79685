using Mindwright.Inference.Files;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Cosines and sines of the rotary position embedding (Su et al. 2021), computed in fp64 and kept in fp32.</summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly Tensor _cos; // [context, D/2]
    private readonly Tensor _sin;

    public RotaryTable(ModelConfig config, Device device)
    {
        using var scope = NewDisposeScope();
        var wavelengths = tensor(Enumerable.Range(0, config.HeadSize / 2).Select(i => Wavelength(config, i)).ToArray()); // [D/2], fp64
        var angles = arange(config.ContextLength, ScalarType.Float64).unsqueeze(1) / wavelengths; // [context, D/2]
        _cos = angles.cos().to(ScalarType.Float32).to(device).DetachFromDisposeScope();
        _sin = angles.sin().to(ScalarType.Float32).to(device).DetachFromDisposeScope();
    }

    /// <summary>The rotation at positions <c>[B, T]</c> or <c>[1, T]</c>.</summary>
    public Rotation At(Tensor positions) => new(_cos[positions].unsqueeze(2), _sin[positions].unsqueeze(2));

    // Tokens a radian.
    private static double Wavelength(ModelConfig config, int channel)
    {
        var wavelength = Math.Pow(config.RopeTheta, 2.0 * channel / config.HeadSize);
        return config.RopeScaling?.Stretch(wavelength) ?? wavelength;
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
