using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mindwright.Inference.Opening;

/// <summary>What computes a model: a processor, a GPU, or whichever the backend prefers.</summary>
/// <remarks>As text: <c>auto</c>, <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:n</c>. The default value is <see cref="Auto"/>.</remarks>
public readonly record struct ModelDevice
{
    private ModelDevice(ModelDeviceKind kind, int index) => (Kind, Index) = (kind, index);

    /// <summary>The kind of device.</summary>
    public ModelDeviceKind Kind { get; }

    /// <summary>Number of the GPU, from 0; 0 for every other kind.</summary>
    public int Index { get; }

    /// <summary>The backend's choice.</summary>
    public static ModelDevice Auto => default;

    /// <summary>The processor.</summary>
    public static ModelDevice Cpu { get; } = new(ModelDeviceKind.Cpu, 0);

    /// <summary>A GPU by its number.</summary>
    public static ModelDevice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(ModelDeviceKind.Cuda, index);
    }

    /// <summary>Reads a device's name; case does not matter.</summary>
    /// <exception cref="FormatException">It is none; the message says what is.</exception>
    public static ModelDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var device)
            ? device
            : throw new FormatException($"there is no device '{text}'; a device is auto, cpu, cuda or cuda:N with the number of a GPU, such as cuda:0");
    }

    /// <summary>Reads a device's name; case does not matter.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ModelDevice device)
    {
        const string numbered = "cuda:";
        switch (text?.ToLowerInvariant())
        {
            case "auto":
                device = Auto;
                return true;
            case "cpu":
                device = Cpu;
                return true;
            case "cuda":
                device = Cuda();
                return true;
            case { } name when name.StartsWith(numbered, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index):
                device = Cuda(index);
                return true;
            default:
                device = default;
                return false;
        }
    }

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        ModelDeviceKind.Cpu => "cpu",
        ModelDeviceKind.Cuda => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        _ => "auto",
    };
}

/// <summary>Kinds of devices.</summary>
public enum ModelDeviceKind
{
    /// <summary>The backend chooses.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,
}
