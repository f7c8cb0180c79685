using System.Globalization;
using Mindwright.Inference.Simd;
using Mindwright.Model;
using Mindwright.Planning;

namespace Mindwright.Workbench.Doctor;

/// <summary>This machine as an entry of the hardware table: measured by <c>doctor</c>, read by <c>plan --hardware this</c>.</summary>
public static class ThisMachine
{
    /// <summary>The file of the entry, in the user's data folder.</summary>
    public static string File { get; } = UserFolder.Of("hardware.json");

    /// <summary>Measures the processor's peak and bandwidth. What no program can measure is assumed, and says so.</summary>
    /// <exception cref="DeviceException">libtorch cannot be loaded.</exception>
    public static Accelerator Measure()
    {
        var speed = MachineProbe.Measure();
        var source = string.Create(CultureInfo.InvariantCulture,
            $"measured by mindwright doctor on {DateTime.UtcNow:yyyy-MM-dd}; {Assumptions.Cost.Watts} W is an assumption");
        return new Accelerator(
            HardwareTable.ThisMachine, $"{Processor.Name}, {Environment.ProcessorCount} cores", speed.PeakFlops,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, speed.Bandwidth, Assumptions.Cost.Watts, ServerWatts: null,
            PricePerHour: null, PurchasePrice: null, source, PriceSource: source);
    }

    /// <summary>The entry in one line.</summary>
    public static string Describe(Accelerator machine) =>
        string.Join(", ", machine.PeakFlops.Select(peak => string.Create(CultureInfo.InvariantCulture, $"{peak.Key} {peak.Value / 1e9:#,0} GFLOP/s")))
        + string.Create(CultureInfo.InvariantCulture, $", memory {machine.Bandwidth / 1e9:0.0} GB/s; {machine.Watts} W assumed");
}
