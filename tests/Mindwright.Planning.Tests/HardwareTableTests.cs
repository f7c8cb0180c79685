using Mindwright.Testing;

namespace Mindwright.Planning.Tests;

public sealed class HardwareTableTests
{
    [Fact]
    public void A_users_file_adds_and_replaces()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["mine.json"], """
            {"this-machine": {"peak_tflops": {"fp32": 0.2, "bf16": 0.5}, "memory_gb": 16, "bandwidth_gb_s": 20, "watts": 65, "price_per_hour": 0.1, "source": "doctor"},
             "H100": {"peak_tflops": {"bf16": 1000}, "memory_gb": 80, "bandwidth_gb_s": 3350, "price_per_hour": 9}}
            """);
        var table = new HardwareTable(folder["mine.json"]);
        Assert.Equal(0.5e12, table.Find("this-machine").Peak("bf16"));
        Assert.Equal(9, table.Find("h100").PricePerHour);
        Assert.Equal(folder["mine.json"], table.Find("h100").Source);
        Assert.Equal(new HardwareTable().All.Count + 1, table.All.Count);
    }

    [Fact]
    public void What_is_saved_reads_back()
    {
        using var folder = new TempFolder();
        var machine = new Accelerator(
            "this", "a desk", new Dictionary<string, double> { ["fp32"] = 1.5e11, ["bf16"] = 3e11 }, 16e9, 2e10, 100, null, null, 900, "doctor", "our books");
        HardwareTable.Save(folder["new/hardware.json"], machine);
        var read = new HardwareTable(userFile: null, folder["new/hardware.json"]).Find("this");
        Assert.Equal(machine.PeakFlops, read.PeakFlops);
        Assert.Equal(machine with { PeakFlops = read.PeakFlops }, read);
    }

    [Fact]
    public void This_machine_is_unknown_until_it_was_measured() =>
        Assert.Contains("doctor", Assert.Throws<ArgumentException>(() => new HardwareTable(null, "nowhere.json").Find("This")).Message);

    [Fact]
    public void Every_built_in_entry_names_its_source()
    {
        Assert.All(new HardwareTable().All, a => Assert.True(a.Source is { Length: > 10 } and not "hardware.json", a.Name));
        Assert.All(ModelShape.Known, m => Assert.True(m.Source.Length > 10, m.Name));
    }

    [Theory]
    [InlineData("{\"x\": {\"memory_gb\": 1, \"bandwidth_gb_s\": 1}}", "entry 'x': 'peak_tflops' must be an object")]
    [InlineData("{\"x\": {\"peak_tflops\": {}, \"bandwidth_gb_s\": 1}}", "entry 'x': the key 'memory_gb' is missing")]
    [InlineData("{\"x\": {\"peak_tflops\": {\"bf16\": -1}, \"memory_gb\": 1, \"bandwidth_gb_s\": 1}}", "'peak_tflops.bf16' must be a positive number, is -1")]
    [InlineData("{\"x\": {\"peak_tflops\": {\"bf17\": 1}, \"memory_gb\": 1, \"bandwidth_gb_s\": 1}}", "'bf17' is none of")]
    [InlineData("{\"x\": {\"peak_tflops\": {}, \"memory_gb\": 1, \"bandwidth_gb_s\": 1, \"wats\": 5}}", "unknown key 'wats'")]
    [InlineData("{\"x\": 5}", "not a table of accelerators")]
    [InlineData("[", "not a table of accelerators")]
    public void Bad_files_are_named_with_entry_and_key(string json, string message)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["bad.json"], json);
        var error = Assert.Throws<InvalidDataException>(() => new HardwareTable(folder["bad.json"]));
        Assert.Contains("bad.json", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Unknown_names_and_files_say_what_there_is()
    {
        Assert.Contains("h100", Assert.Throws<ArgumentException>(() => new HardwareTable().Find("h1000")).Message);
        Assert.Contains("nowhere.json", Assert.Throws<FileNotFoundException>(() => new HardwareTable("nowhere.json")).Message);
    }
}
