using System.Text;
using Mindwright.Model.Native;
using Mindwright.Testing;

namespace Mindwright.Model.Tests.Native;

/// <summary>Finding, repairing and loading libtorch.</summary>
public sealed class LibTorchTests
{
    [Fact]
    public void It_loads_here_and_says_from_where()
    {
        var info = LibTorch.Load();
        Assert.True(Directory.Exists(info.Folder));
        Assert.StartsWith("2.", info.Version, StringComparison.Ordinal);
    }

    [Fact]
    public void The_patched_copy_differs_from_the_stock_library_in_one_flag_alone()
    {
        var stock = Stock();
        var original = File.ReadAllBytes(stock);
        using var cache = new TempFolder();
        var patched = LibTorch.Patch(stock, cache.Path);
        var copy = File.ReadAllBytes(patched);
        Assert.Equal(original.Length, copy.Length);
        var changed = Enumerable.Range(0, copy.Length).Where(i => copy[i] != original[i]).ToArray();
        Assert.Equal(2, Assert.Single(changed.Select(i => copy[i] ^ original[i])));
        Assert.Equal(original, File.ReadAllBytes(stock));
    }

    [Fact]
    public void A_damaged_copy_in_the_cache_is_written_anew()
    {
        var stock = Stock();
        using var cache = new TempFolder();
        var patched = LibTorch.Patch(stock, cache.Path);
        var whole = File.ReadAllBytes(patched);
        File.WriteAllBytes(patched, whole[..1000]);
        Assert.Equal(patched, LibTorch.Patch(stock, cache.Path));
        Assert.Equal(whole, File.ReadAllBytes(patched));
    }

    [Fact]
    public void What_is_no_library_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(Encoding.ASCII.GetBytes(new string('x', 100)), "GLIBCXX_3.4.32"));
        var stock = File.ReadAllBytes(Stock());
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(stock.AsSpan(0, 5000), "GLIBCXX_3.4.32"));
    }

    private static string Stock()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(path), "needs the Linux library");
        return path;
    }
}
