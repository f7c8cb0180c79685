using System.Diagnostics;
using Mindwright.Model.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>What a device does at its best.</summary>
/// <param name="PeakFlops">FLOP/s of large matrix products, by type: <c>fp32</c>, <c>bf16</c>, on a GPU <c>fp16</c> too.</param>
/// <param name="Bandwidth">Bytes a second to and from memory, reads and writes together.</param>
public sealed record MachineSpeed(IReadOnlyDictionary<string, double> PeakFlops, double Bandwidth);

/// <summary>Measures a device: the two numbers between which every roofline is drawn.</summary>
/// <remarks>
/// The best of many repetitions: another program's work can only make one slower. Bandwidth as STREAM's copy counts it (McCalpin 1995):
/// bytes read and bytes written, of arrays far larger than any cache.
/// </remarks>
public static class MachineProbe
{
    /// <summary>Measures for about two seconds, with the threads that libtorch is set to use.</summary>
    /// <param name="device">The device; the CPU if null.</param>
    /// <exception cref="DeviceException">libtorch cannot be loaded.</exception>
    public static MachineSpeed Measure(Device? device = null)
    {
        LibTorch.Load();
        var where = device ?? CPU;
        var isGpu = where.type == DeviceType.CUDA;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var peaks = new Dictionary<string, double> { ["fp32"] = Product(where, ScalarType.Float32), ["bf16"] = Product(where, ScalarType.BFloat16) };
        if (isGpu)
            peaks["fp16"] = Product(where, ScalarType.Float16);
        return new MachineSpeed(peaks, Copy(where));
    }

    private static double Product(Device device, ScalarType type)
    {
        var n = device.type == DeviceType.CUDA ? 8192 : 1536;
        using var scope = NewDisposeScope();
        var a = randn([n, n], ScalarType.Float32, device).to(type);
        var b = randn([n, n], ScalarType.Float32, device).to(type);
        return 2.0 * n * n * n / Best(device, () => a.mm(b).Dispose());
    }

    private static double Copy(Device device)
    {
        const long count = 64L << 20; // 256 MiB of fp32
        using var scope = NewDisposeScope();
        var from = ones(count, ScalarType.Float32, device);
        var to = zeros(count, ScalarType.Float32, device);
        return 2.0 * sizeof(float) * count / Best(device, () => to.copy_(from));
    }

    /// <summary>Seconds of the quickest repetition.</summary>
    private static double Best(Device device, Action work)
    {
        const double budget = 0.5;
        work(); // caches, code paths and clocks warm up
        var best = double.PositiveInfinity;
        for (var all = Stopwatch.StartNew(); all.Elapsed.TotalSeconds < budget || double.IsInfinity(best);)
        {
            Synchronize(device);
            var one = Stopwatch.StartNew();
            work();
            Synchronize(device);
            best = Math.Min(best, one.Elapsed.TotalSeconds);
        }
        return best;
    }

    private static void Synchronize(Device device)
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
    }
}
