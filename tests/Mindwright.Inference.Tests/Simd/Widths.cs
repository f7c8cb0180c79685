using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Mindwright.Inference.Tests.Simd;

/// <summary>Runs the tests of kernels in processes of other vector widths, and collects what each computed.</summary>
internal static class Widths
{
    private const string WidthKey = "width";
    private const string FileVariable = "MINDWRIGHT_TEST_RESULTS";

    private static readonly Lock s_lock = new();
    private static readonly string? s_file = Environment.GetEnvironmentVariable(FileVariable);
    private static bool s_begun;

    /// <summary>The width that the runtime uses in this process.</summary>
    public static string Here =>
        (Vector512.IsHardwareAccelerated ? "512 bits" : Vector256.IsHardwareAccelerated ? "256 bits" : Vector128.IsHardwareAccelerated ? "128 bits" : "no vectors")
        + (Avx512F.IsSupported ? ", masked loads" : "");

    /// <summary>
    /// The widths that this machine can run, the widest first, each with the runtime's setting (https://learn.microsoft.com/dotnet/core/runtime-config)
    /// that makes it take that one.
    /// </summary>
    public static IReadOnlyList<(string Width, string? Setting, string Value)> Available
    {
        get
        {
            var widths = new List<(string, string?, string)> { (Here, null, "") };
            if (Avx512F.IsSupported && Vector512.IsHardwareAccelerated)
                widths.Add(("256 bits, masked loads", "DOTNET_PreferredVectorBitWidth", "256")); // the default of some processors
            if (Avx512F.IsSupported)
                widths.Add(("256 bits", "DOTNET_EnableAVX512", "0"));
            if (Avx2.IsSupported)
                widths.Add(("128 bits", "DOTNET_EnableAVX2", "0"));
            widths.Add(("no vectors", "DOTNET_EnableHWIntrinsic", "0"));
            return widths;
        }
    }

    /// <summary>Notes what a kernel computed, where a process of <see cref="Run"/> runs; and makes sure that it wrote nowhere else.</summary>
    public static void Record(string what, ReadOnlySpan<IOperand> results, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var result in results)
            hash.AppendData(result.Bytes);
        if (s_file is null)
            return;
        lock (s_lock)
        {
            if (!s_begun)
                File.AppendAllText(s_file, $"{WidthKey}\t{Here}\n");
            s_begun = true;
            File.AppendAllText(s_file, $"{Path.GetFileNameWithoutExtension(file)}.{test}({what})\t{Convert.ToHexStringLower(hash.GetHashAndReset())}\n");
        }
    }

    /// <summary>Runs all tests of kernels in a process of its own.</summary>
    /// <param name="setting">The environment variable that decides the width; null for none.</param>
    /// <param name="value">Its value.</param>
    /// <param name="file">Receives a line a result.</param>
    /// <returns>The width that the process took, what it printed, and a hash of each result by name.</returns>
    public static (int ExitCode, string Width, string Output, SortedDictionary<string, string> Results) Run(string? setting, string value, string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(Widths).Assembly.Location);
        foreach (var argument in new[] { "-namespace", typeof(Widths).Namespace!, "-class-", typeof(WidthTests).FullName! })
            start.ArgumentList.Add(argument);
        start.Environment[FileVariable] = file;
        if (setting is not null)
            start.Environment[setting] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        var results = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
            results.Add(line.Split('\t')[0], line.Split('\t')[1]);
        results.Remove(WidthKey, out var width);
        return (process.ExitCode, width ?? "unknown", output, results);
    }
}
