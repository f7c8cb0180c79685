using Mindwright.Runs.Files;

namespace Mindwright.Runs.Report;

/// <summary>
/// The content of a report: saved as <c>report.json</c>, and rendered as an offline page (<see cref="HtmlReport"/>) and as text
/// (<see cref="MarkdownReport"/>).
/// </summary>
/// <param name="Title">What was made.</param>
/// <param name="Summary">The main results in two or three sentences.</param>
/// <param name="Sections">The report's parts, in reading order.</param>
public sealed record RunReport(string Title, string Summary, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>File name of the data.</summary>
    public const string JsonFile = "report.json";

    /// <summary>File name of the page.</summary>
    public const string HtmlFile = "report.html";

    /// <summary>File name of the text.</summary>
    public const string MarkdownFile = "report.md";

    /// <summary>Writes the data, the page and the text into a folder; each file is replaced at once or not at all.</summary>
    /// <exception cref="IOException">A file could not be written.</exception>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        JsonFormat.Write(Path.Combine(folder, JsonFile), this);
        AtomicFile.WriteText(Path.Combine(folder, HtmlFile), HtmlReport.Render(this));
        AtomicFile.WriteText(Path.Combine(folder, MarkdownFile), MarkdownReport.Render(this));
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
            // Strict: a data folder has a report.json of another kind, which is to be refused here.
            return JsonFormat.Read<RunReport>(path, JsonFormat.Strict);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{e.Message}; the file is not a report of a run", e);
        }
    }
}

/// <summary>One part of a report.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Blocks">Contents, in reading order.</param>
public sealed record ReportSection(string Title, IReadOnlyList<ReportBlock> Blocks);
