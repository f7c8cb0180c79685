using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindwright.Runs.Report;

/// <summary>
/// What a run has to say, apart from how it looks: written once as <c>report.json</c>, and rendered from there as an
/// offline page (<see cref="HtmlReport"/>) and as text (<see cref="MarkdownReport"/>).
/// </summary>
/// <param name="Title">What was made.</param>
/// <param name="Summary">The two or three sentences that a reader in a hurry takes home.</param>
/// <param name="Sections">The report's parts, in reading order.</param>
public sealed record RunReport(string Title, string Summary, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>File name of the data.</summary>
    public const string JsonFile = "report.json";

    /// <summary>File name of the page.</summary>
    public const string HtmlFile = "report.html";

    /// <summary>File name of the text.</summary>
    public const string MarkdownFile = "report.md";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a diverged loss is NaN, and should be seen
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes the data, the page and the text into a folder; each file is replaced at once or not at all.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Replace(JsonFile, JsonSerializer.Serialize(this, Json) + "\n");
        Replace(HtmlFile, HtmlReport.Render(this));
        Replace(MarkdownFile, MarkdownReport.Render(this));

        void Replace(string name, string content)
        {
            var temporary = Path.Combine(folder, $".{name}.tmp");
            File.WriteAllText(temporary, content);
            File.Move(temporary, Path.Combine(folder, name), overwrite: true);
        }
    }

    /// <summary>The same report with a section added, or replaced where one has that title.</summary>
    public RunReport With(ReportSection section) => this with
    {
        Sections = [.. Sections.TakeWhile(other => other.Title != section.Title), section, .. Sections.SkipWhile(other => other.Title != section.Title).Skip(1)],
    };

    /// <summary>Reads <c>report.json</c> from a run folder.</summary>
    /// <exception cref="FileNotFoundException">The folder has no report.</exception>
    /// <exception cref="InvalidDataException">The file is not a report.</exception>
    public static RunReport Read(string folder)
    {
        var path = Path.Combine(folder, JsonFile);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{folder} has no {JsonFile}: it is written when a run reaches its end.", path);
        try
        {
            return JsonSerializer.Deserialize<RunReport>(File.ReadAllBytes(path), Json)
                ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not a report: {e.Message}", e);
        }
    }
}

/// <summary>One part of a report.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Blocks">Contents, in reading order.</param>
public sealed record ReportSection(string Title, IReadOnlyList<ReportBlock> Blocks);
