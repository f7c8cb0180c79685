using System.Diagnostics;
using System.Runtime.InteropServices;
using Mindwright.Data;
using Mindwright.Data.BuiltIn;
using Mindwright.Inference.Simd;
using Mindwright.Model;
using Mindwright.Model.Native;
using Mindwright.Planning;
using Mindwright.Runs.Report;

namespace Mindwright.Workbench.Doctor;

/// <summary>Looks at everything that making a model needs of a machine.</summary>
public static class Examination
{
    private const long EnoughMemory = 3L << 30;
    private const long EnoughDisk = 2L << 30;

    /// <summary>The findings, in the order in which a person would ask.</summary>
    /// <param name="hardwareFile">Receives what was measured, as a hardware table for <c>plan</c>.</param>
    public static IEnumerable<Finding> Run(string hardwareFile)
    {
        yield return new Finding("system", Health.Ok, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        yield return new Finding("runtime", Health.Ok, RuntimeInformation.FrameworkDescription);
        yield return Sdk();
        yield return Cpu();
        yield return Memory();
        yield return Disk();
        yield return Torch(out var hasCuda);
        yield return Devices(hasCuda);
        yield return Speed(hardwareFile);
        yield return Corpus();
    }

    private static Finding Sdk()
    {
        const string Cure = "Install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0); it builds Mindwright and carries the text that quickstart learns from";
        try
        {
            var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
            using var process = Process.Start(new ProcessStartInfo(host, "--list-sdks") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var versions = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).ToArray();
            process.WaitForExit();
            return versions.Any(version => version.StartsWith("10.", StringComparison.Ordinal))
                ? new Finding("sdk", Health.Ok, string.Join(", ", versions))
                : new Finding("sdk", Health.Missing, versions.Length == 0 ? "none" : string.Join(", ", versions), Cure);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Finding("sdk", Health.Missing, "no dotnet on the PATH", Cure);
        }
    }

    private static Finding Cpu()
    {
        var found = $"{Processor.Name}, {Environment.ProcessorCount} cores for this process ({string.Join(' ', Processor.Features)})";
        return Processor.HasBFloat16 || !Processor.TellsBFloat16
            ? new Finding("cpu", Health.Ok, found)
            : new Finding("cpu", Health.Hint, found, "There are no bfloat16 products here: training runs in fp32, two to three times slower than with them");
    }

    private static Finding Memory()
    {
        GC.Collect(0); // the figures are those of the last collection
        var memory = GC.GetGCMemoryInfo();
        var free = Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        var found = $"{Figure.Bytes(free)} free of {Figure.Bytes(memory.TotalAvailableMemoryBytes)}";
        return free >= EnoughMemory
            ? new Finding("memory", Health.Ok, found)
            : new Finding("memory", Health.Hint, found, $"quickstart wants {Figure.Bytes(EnoughMemory)}: end other programs, or give it a smaller model and batch (--set)");
    }

    private static Finding Disk()
    {
        var here = Environment.CurrentDirectory;
        // On Windows a drive has a letter; elsewhere any folder stands for the file system it lies on.
        var free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(here)! : here).AvailableFreeSpace;
        var found = $"{Figure.Bytes(free)} free at {here}";
        return free >= EnoughDisk
            ? new Finding("disk", Health.Ok, found)
            : new Finding("disk", Health.Hint, found, $"A run wants {Figure.Bytes(EnoughDisk)}: make room, or choose another place with --output");
    }

    private static Finding Torch(out bool hasCuda)
    {
        hasCuda = false;
        try
        {
            var torch = LibTorch.Load();
            hasCuda = torch.HasCuda;
            var how = torch.Mended is null ? "" : $"; the system's C++ library is older than the binding asks for, so a mended copy is used: {torch.Mended}";
            return new Finding("libtorch", Health.Ok, $"{torch.Version} in {torch.Folder}{how}");
        }
        catch (DeviceException e)
        {
            return new Finding("libtorch", Health.Missing, "could not be loaded", e.Message);
        }
    }

    private static Finding Devices(bool hasCuda)
    {
        if (hasCuda)
            return new Finding("devices", Health.Ok, "cpu, cuda");
        var driver = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (OperatingSystem.IsMacOS() || !NativeLibrary.TryLoad(driver, out var handle))
            return new Finding("devices", Health.Ok, "cpu");
        NativeLibrary.Free(handle);
        return new Finding(
            "devices", Health.Hint, "cpu; an NVIDIA driver is installed, but this libtorch has no CUDA",
            $"To use the GPU, set {LibTorch.FolderVariable} to the lib folder of a CUDA build of libtorch or PyTorch");
    }

    private static Finding Speed(string hardwareFile)
    {
        try
        {
            var machine = ThisMachine.Measure();
            HardwareTable.Save(hardwareFile, machine);
            return new Finding("speed", Health.Ok, $"{ThisMachine.Describe(machine)} (plan --hardware {HardwareTable.ThisMachine}: {hardwareFile})");
        }
        catch (DeviceException)
        {
            return new Finding("speed", Health.Hint, "not measured", "Put libtorch right first");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding("speed", Health.Hint, $"measured, but {e.Message}", "Name another file for it by --hardware-table");
        }
    }

    private static Finding Corpus()
    {
        try
        {
            var (source, files) = DocumentationFiles.Find();
            return new Finding("corpus", Health.Ok, $"{files.Count} documentation files in {source}");
        }
        catch (DirectoryNotFoundException e)
        {
            return new Finding("corpus", Health.Missing, "no API documentation for quickstart to learn from", e.Message);
        }
    }
}
