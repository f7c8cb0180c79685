using Mindwright.Runs.Report;

namespace Mindwright.Runs.Tests.Report;

/// <summary>A report with a block of every kind, whose every text is the same.</summary>
internal static class SampleReport
{
    public static RunReport With(string text) => new(text, text,
    [
        new(text, [new Paragraph(text), new Commands([text]), new KeyFigures([new(text, text, text)])]),
        new(text, [new Table(text, ["n", text], [["1", text + "x"], ["2", "y"]])]),
        new(text,
        [
            new LineChart(text, new(text, Log: true), new(text), [new(text, [1, 10, 100], [3, double.NaN, 1])], [new(text, 2)], text),
            new BarChart(text, text, [text, text], [new(text, [new(0.2, 0.1, 0.3), new(0.5, 0.5, 0.5)], 0.25)], null, text),
            new Samples(text, [new(text, [new(text, text.Replace("<think>", "", StringComparison.Ordinal))])]),
        ]),
    ]);
}
