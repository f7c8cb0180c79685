using System.Text.Json.Serialization;

namespace Mindwright.Runs.Report;

/// <summary>A piece of a report. Every text in it is shown as it is: markup in it has no effect.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Paragraph), "paragraph")]
[JsonDerivedType(typeof(Commands), "commands")]
[JsonDerivedType(typeof(KeyFigures), "key_figures")]
[JsonDerivedType(typeof(Table), "table")]
[JsonDerivedType(typeof(LineChart), "line_chart")]
[JsonDerivedType(typeof(BarChart), "bar_chart")]
[JsonDerivedType(typeof(Samples), "samples")]
public abstract record ReportBlock;

/// <summary>Running text.</summary>
public sealed record Paragraph(string Text) : ReportBlock;

/// <summary>Lines to type into a terminal.</summary>
public sealed record Commands(IReadOnlyList<string> Lines) : ReportBlock;

/// <summary>The few numbers that matter most, large.</summary>
public sealed record KeyFigures(IReadOnlyList<KeyFigure> Figures) : ReportBlock;

/// <summary>One large number.</summary>
/// <param name="Label">What is measured.</param>
/// <param name="Value">The number with its unit.</param>
/// <param name="Note">What to compare it with.</param>
public sealed record KeyFigure(string Label, string Value, string? Note = null);

/// <summary>A table; columns of numbers are right-aligned.</summary>
/// <param name="Caption">What the table shows.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Cells, as many a row as there are columns.</param>
public sealed record Table(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : ReportBlock;

/// <summary>Curves over a common axis.</summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="X">Horizontal axis.</param>
/// <param name="Y">Vertical axis.</param>
/// <param name="Series">The curves.</param>
/// <param name="Baselines">Levels to compare with, as dashed horizontal lines.</param>
/// <param name="Note">What a reader should see in it.</param>
public sealed record LineChart(
    string Title, Axis X, Axis Y, IReadOnlyList<Series> Series, IReadOnlyList<Baseline>? Baselines = null, string? Note = null)
    : ReportBlock;

/// <summary>An axis; its ends are found from the data unless given.</summary>
/// <param name="Label">What is measured, with its unit.</param>
/// <param name="Log">Logarithmic; values that are not positive are left out.</param>
/// <param name="Min">Lower end.</param>
/// <param name="Max">Upper end.</param>
public sealed record Axis(string Label, bool Log = false, double? Min = null, double? Max = null);

/// <summary>One curve; points that are not finite interrupt it.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="X">Horizontal values, ascending.</param>
/// <param name="Y">Vertical values, one for each of <paramref name="X"/>.</param>
public sealed record Series(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>A level to compare with.</summary>
public sealed record Baseline(string Name, double Value);

/// <summary>Horizontal bars with confidence intervals, grouped: the same measure before and after, or task by task.</summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Unit">Unit of the values, such as "%"; empty if they have none.</param>
/// <param name="Conditions">What the bars of a group stand for, such as "before" and "after".</param>
/// <param name="Groups">The groups.</param>
/// <param name="Max">Right end of the scale; found from the data unless given.</param>
/// <param name="Note">What a reader should see in it.</param>
public sealed record BarChart(
    string Title, string Unit, IReadOnlyList<string> Conditions, IReadOnlyList<BarGroup> Groups, double? Max = null, string? Note = null)
    : ReportBlock;

/// <summary>Bars that belong together.</summary>
/// <param name="Label">What is measured.</param>
/// <param name="Values">One value for each condition; bounds equal to the estimate draw no interval.</param>
/// <param name="Chance">What guessing would give, shown as a mark across the bars.</param>
public sealed record BarGroup(string Label, IReadOnlyList<Interval> Values, double? Chance = null);

/// <summary>Texts that a model wrote: the same prompt along training, or stage by stage.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Groups">One group a prompt.</param>
public sealed record Samples(string Title, IReadOnlyList<SampleGroup> Groups) : ReportBlock;

/// <summary>A prompt, and what was written after it.</summary>
public sealed record SampleGroup(string Prompt, IReadOnlyList<SampleText> Texts);

/// <summary>A text and who or when wrote it; text in <c>&lt;think&gt;…&lt;/think&gt;</c> is dimmed.</summary>
public sealed record SampleText(string Label, string Text);
