using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Cosines and sines at the positions of a batch, <c>[B or 1, T, 1, D/2]</c> fp32.</summary>
internal sealed record Rotation(Tensor Cos, Tensor Sin);
