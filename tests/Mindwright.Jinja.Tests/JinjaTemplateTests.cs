using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;

namespace Mindwright.Jinja.Tests;

public sealed class JinjaTemplateTests
{
    [Fact]
    public void Variables_are_what_a_program_has_at_hand()
    {
        using var json = JsonDocument.Parse("""{"a": [1, 2.0, "x", null, true]}""");
        Same("None", null);
        Same("True", true);
        Same("7", 7);
        Same("7", (byte)7);
        Same("9223372036854775807", long.MaxValue);
        Same("1.8446744073709552e+19", ulong.MaxValue);
        Same("0.5", 0.5f);
        Same("0.1", 0.1m);
        Same("text", "text");
        Same("text", JinjaText.Trusted("text"));
        Same("[1, 'a', [True]]", new object?[] { 1, "a", new List<bool> { true } });
        Same("[1, 2]", Enumerable.Range(1, 2));
        Same("{'a': 1}", new Dictionary<string, int> { ["a"] = 1 });
        Same("{'b': [None]}", ImmutableSortedDictionary<string, object?>.Empty.Add("b", new object?[] { null }));
        Same("{'c': 1}", new SortedList<string, object> { ["c"] = 1 }.AsReadOnly());
        Same("{1: 'a', 2.5: 'b'}", new OrderedDictionary<object, object?> { [1] = "a", [2.5] = "b" });
        Same("{'a': [1, 2.0, 'x', None, True]}", json.RootElement);

        static void Same(string expected, object? value) =>
            Assert.Equal(expected, new JinjaTemplate("{{ x }}").Render(new Dictionary<string, object?> { ["x"] = value }));
    }

    [Fact]
    public void A_variable_of_another_type_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Render("{{ x }}", new List<object> { DateTime.UnixEpoch }));
        Assert.Contains("'x'", error.Message, StringComparison.Ordinal);
        Assert.Contains("System.DateTime", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_holds_itself_and_one_without_end_are_refused()
    {
        var list = new List<object>();
        list.Add(list);
        Assert.Contains("deep", Assert.Throws<JinjaException>(() => Render("{{ x }}", list)).Message, StringComparison.Ordinal);
        Assert.Contains("deep", Assert.Throws<JinjaException>(() => JinjaJson.Write(list)).Message, StringComparison.Ordinal);
        Assert.Contains("longer", Assert.Throws<JinjaException>(() => Render("", Forever(), new() { Output = 1000 })).Message, StringComparison.Ordinal);

        static IEnumerable<int> Forever()
        {
            while (true)
                yield return 1;
        }
    }

    [Fact]
    public void However_deep_json_is_nested_the_stack_does_not_overflow()
    {
        const int depth = 100_000;
        using var json = JsonDocument.Parse(new string('[', depth) + new string(']', depth), new JsonDocumentOptions { MaxDepth = depth });
        var error = Assert.Throws<JinjaException>(() => Render("{{ x }}", json.RootElement, new() { Depth = int.MaxValue }));
        Assert.Contains("deep", error.Message, StringComparison.Ordinal);
        // A small stack runs short before the usual limit is reached.
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => Render("{{ x }}", json.RootElement)), 1 << 18);
        thread.Start();
        thread.Join();
        Assert.IsType<JinjaException>(thrown);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_json_is_refused()
    {
        using var json = JsonDocument.Parse("""{"a": "\ud800"}""");
        Assert.Contains("surrogate", Assert.Throws<JinjaException>(() => Render("{{ x }}", json.RootElement)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_changes_nothing_outside()
    {
        var list = new List<int> { 1 };
        Assert.Equal("[1, 2]", Render("{% set _ = x.append(2) %}{{ x }}", list));
        Assert.Equal([1], list);
    }

    [Fact]
    public void Errors_say_template_line_and_reason()
    {
        var read = Assert.Throws<JinjaException>(() => new JinjaTemplate("a\n{% nope %}", "chat.jinja"));
        Assert.Equal((2, "chat.jinja, line 2: " + read.Reason), (read.Line, read.Message));
        var rendered = Assert.Throws<JinjaException>(() => new JinjaTemplate("\n\n{{ 1 / 0 }}").Render(new Dictionary<string, object?>()));
        Assert.Equal((3, "division by zero"), (rendered.Line, rendered.Reason));
    }

    [Fact]
    public void The_clock_and_the_limits_can_be_set()
    {
        var template = new JinjaTemplate("{{ strftime_now('%Y-%m-%d') }}") { Clock = JinjaOracle.Clock };
        Assert.Equal("2026-01-02", template.Render(new Dictionary<string, object?>()));
        Assert.Contains("longer", Assert.Throws<JinjaException>(() => Render("{{ x }}", "123456", new() { Output = 5 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_from_variables_are_told_from_the_template_s_own_wherever_they_end_up() =>
        Gen.Select(Gen.Char['a', 'f'].Array[1, 8], Gen.Int[0, 7]).Sample((letters, at) =>
        {
            // The template writes capital letters, and what comes from outside is small.
            var text = new JinjaTemplate("A{{ x[i:] ~ 'B' ~ x[:i] | replace('a', 'C') }}{{ [x, 'D'] | join('E') | reverse }}{{ b }}")
                .RenderText(new Dictionary<string, object?> { ["x"] = new string(letters), ["i"] = at, ["b"] = JinjaText.Trusted("F") });
            for (var i = 0; i < text.Length; i++)
                Assert.Equal(char.IsUpper(text.Value[i]), text.IsTrusted(i));
            Assert.Throws<ArgumentOutOfRangeException>(() => text.IsTrusted(text.Length));
            Assert.Throws<ArgumentOutOfRangeException>(() => text.IsTrusted(-1));
        });

    [Fact]
    public void Json_is_written_as_tojson_writes_it() =>
        Gen.Select(Gen.String, Gen.Double, Gen.Int.Array[0, 3]).Sample((text, number, list) =>
        {
            var value = new OrderedDictionary<string, object?> { ["t"] = text, ["n"] = double.IsFinite(number) ? number : null, ["l"] = list, ["e"] = Array.Empty<int>() };
            Assert.Equal(Render("{{ x | tojson }}", value), JinjaJson.Write(value));
            Assert.Equal(Render("{{ x | tojson }}", text), JinjaJson.Write(text));
        });

    private static string Render(string template, object? x, JinjaLimits? limits = null) =>
        new JinjaTemplate(template) { Limits = limits ?? new() }.Render(new Dictionary<string, object?> { ["x"] = x });
}
