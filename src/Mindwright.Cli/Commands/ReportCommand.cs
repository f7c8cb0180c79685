using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Workbench.Runs;

namespace Mindwright.Cli.Commands;

/// <summary><c>report</c>: renders what a run wrote down, or sets several runs side by side.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("runs") { Description = "A run; with several, their reports become one.", Arity = new ArgumentArity(1, 20) };
        var folder = CommonOptions.Output("The folder to write to; the run's own if left out, which several runs do not have.");
        var law = new Option<string?>("--law") { Description = "A scaling law that predicts the run's loss: the fit.json of a sweep, or a name of 'scaling table'." };
        return new Command("report", "Write a run's report.html and report.md from its report.json.") { runs, folder, law }.Does((parse, output, _) =>
        {
            var found = parse.GetValue(runs)!.Select(run => RunCatalog.Find(run, RunCatalog.DefaultRoot)).ToArray();
            if (found.Length > 1 && parse.GetValue(law) is not null)
                throw new UsageException("--law: predicts the loss of one run; name one");
            var target = parse.GetValue(folder) ?? (found.Length == 1 ? found[0] : throw new UsageException("Name the folder for the report of several runs: --output FOLDER"));
            Write(found.Length == 1 ? One(found[0], parse.GetValue(law)) : RunComparisonReport.Create(found), target, output);
        });
    }

    /// <summary>Writes a report, and says where it is.</summary>
    public static void Write(RunReport report, string folder, Output output)
    {
        report.Write(folder);
        var (html, markdown) = (Path.Combine(folder, RunReport.HtmlFile), Path.Combine(folder, RunReport.MarkdownFile));
        output.Document(new { Html = html, Markdown = markdown });
        output.Line(html);
        output.Line(markdown);
    }

    private static RunReport One(string run, string? law)
    {
        try
        {
            return RunReports.Read(run, law);
        }
        catch (ArgumentException e)
        {
            throw new UsageException("--" + UsageException.TextOf(e));
        }
    }
}
