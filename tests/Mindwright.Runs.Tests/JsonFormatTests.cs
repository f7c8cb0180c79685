using System.Text;
using System.Text.Json;
using Mindwright.Runs.Files;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

public sealed class JsonFormatTests
{
    private enum Kind
    {
        Plain,
        VeryRare,
    }

    private sealed record Item(string Name, double Value, Kind Kind, string? Note);

    [Fact]
    public void A_file_has_one_form_and_reads_back_to_the_same_value()
    {
        using var folder = new TempFolder();
        var item = new Item("“ä” <b>", double.NaN, Kind.VeryRare, null);
        JsonFormat.Write(folder["item.json"], item);
        Assert.Equal("{\n  \"name\": \"“ä” <b>\",\n  \"value\": \"NaN\",\n  \"kind\": \"very_rare\",\n  \"note\": null\n}\n", File.ReadAllText(folder["item.json"]));
        Assert.Equal(item, JsonFormat.Read<Item>(folder["item.json"]));
        Assert.Equal("{\"name\":\"a\",\"value\":0.5,\"kind\":\"plain\",\"note\":null}", JsonSerializer.Serialize(new Item("a", 0.5, Kind.Plain, null), JsonFormat.Line));
    }

    [Theory]
    [InlineData("""{"name": "a", "name": "b"}""")]
    [InlineData("""{"name": "a", "kind": "unheard_of"}""")]
    [InlineData("null")]
    [InlineData("{")]
    public void A_damaged_file_is_named(string json)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["item.json"], json);
        Assert.StartsWith(folder["item.json"], Assert.Throws<InvalidDataException>(() => JsonFormat.Read<Item>(folder["item.json"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_strict_options_insist_on_every_value()
    {
        var json = Encoding.UTF8.GetBytes("""{"name": "a"}""");
        Assert.Equal("a", JsonSerializer.Deserialize<Item>(json, JsonFormat.Indented)!.Name);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Item>(json, JsonFormat.Strict));
    }
}
