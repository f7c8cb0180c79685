using Mindwright.Testing;

namespace Mindwright.Inference.Tests.Simd;

/// <summary>Every width that the machine has, not just its widest: what others' machines run is tested on this one.</summary>
public sealed class WidthTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_available_width_passes_all_kernel_tests_and_computes_the_same_bits()
    {
        using var temp = new TempFolder();
        SortedDictionary<string, string>? widest = null;
        foreach (var (width, setting, value) in Widths.Available)
        {
            var (exitCode, taken, printed, results) = Widths.Run(setting, value, temp[$"{width}.txt"]);
            var named = $"{width}{(setting is null ? "" : $" ({setting}={value})")}";
            Assert.True(exitCode == 0, $"{named}:\n{printed}");
            Assert.Equal(width, taken); // the setting did what it should
            Assert.NotEmpty(results);
            widest ??= results;
            Assert.Equal(widest, results);
            output.WriteLine($"{named}: {results.Count} results, the same bits");
        }
    }
}
