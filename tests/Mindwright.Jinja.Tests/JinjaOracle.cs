using System.Diagnostics;
using System.Text.Json;
using Mindwright.Testing;

namespace Mindwright.Jinja.Tests;

/// <summary>Other implementations of Jinja: the original in Python, and Hugging Face's in JavaScript. Absent ones skip the test.</summary>
internal static class JinjaOracle
{
    private static readonly string s_folder = Path.Combine(TestData.RepositoryRoot, "tests", "oracles");

    public static readonly TimeProvider Clock = new FixedClock();

    public sealed record Case(string Template, string Data);

    /// <summary>What Python's Jinja renders, null where it fails.</summary>
    public static List<(string? Text, string? Error)> Python(IReadOnlyList<Case> cases)
    {
        Assert.SkipUnless(Runs("python3", "-c", "import jinja2, jinja2.ext, jinja2.sandbox"), "needs Python with the package jinja2");
        return Ask("python3", "render.py", cases);
    }

    /// <summary>What <c>@huggingface/jinja</c> renders, null where it fails.</summary>
    public static List<(string? Text, string? Error)> Node(IReadOnlyList<Case> cases)
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(s_folder, "node_modules", "@huggingface", "jinja")), "needs the npm package @huggingface/jinja (npm ci in tests/oracles)");
        return Ask("node", "render.mjs", cases);
    }

    /// <summary>What this interpreter renders.</summary>
    public static (string? Text, string? Error) Ours(Case @case)
    {
        using var data = JsonDocument.Parse(@case.Data);
        try
        {
            return (new JinjaTemplate(@case.Template) { Clock = Clock }.Render(Variables(data.RootElement)), null);
        }
        catch (JinjaException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>A JSON object's members as variables.</summary>
    public static Dictionary<string, object?> Variables(JsonElement data) => data.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value);

    /// <summary>Where the two differ, for a message; empty if nowhere.</summary>
    public static string Differences(IReadOnlyList<Case> cases, IReadOnlyList<(string? Text, string? Error)> expected)
    {
        var differences = new List<string>();
        for (var i = 0; i < cases.Count; i++)
        {
            var ours = Ours(cases[i]);
            // Python's filters give generators, which have no JSON; here they give lists.
            if (ours.Text != expected[i].Text && expected[i].Error?.Contains("generator", StringComparison.Ordinal) != true)
            {
                var at = (ours.Text ?? "").Zip(expected[i].Text ?? "").TakeWhile(pair => pair.First == pair.Second).Count();
                differences.Add($"{Head(cases[i].Template)}\n with {Head(cases[i].Data)}\n expected {Show(expected[i], at)}\n got      {Show(ours, at)}");
            }
        }
        return string.Join("\n", differences.Take(20).Prepend($"{differences.Count} differ").Skip(differences.Count == 0 ? 1 : 0));

        static string Head(string text) => text.Length <= 600 ? text : text[..600] + " …";

        static string Show((string? Text, string? Error) result, int at) =>
            result.Text is { } text ? JsonSerializer.Serialize(text[Math.Max(0, at - 100)..Math.Min(text.Length, at + 200)]) : result.Error!;
    }

    private static List<(string?, string?)> Ask(string program, string script, IReadOnlyList<Case> cases)
    {
        using var folder = new TempFolder();
        File.WriteAllLines(folder["cases.jsonl"], cases.Select(c => $"{{\"template\": {JsonSerializer.Serialize(c.Template)}, \"data\": {c.Data.ReplaceLineEndings(" ")}}}"));
        using var process = Process.Start(new ProcessStartInfo(program, [Path.Combine(s_folder, script), folder["cases.jsonl"], folder["results.jsonl"]])
        {
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        var results = File.ReadLines(folder["results.jsonl"]).Select(line =>
        {
            using var result = JsonDocument.Parse(line);
            return result.RootElement.TryGetProperty("text", out var text) ? (text.GetString(), (string?)null) : (null, result.RootElement.GetProperty("error").GetString());
        }).ToList();
        Assert.Equal(cases.Count, results.Count);
        return results;
    }

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
