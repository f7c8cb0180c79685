using System.Globalization;
using Mindwright.Cli.Common;

namespace Mindwright.Cli.Tests;

public sealed class OutputTests
{
    private enum Kind
    {
        RunFolder,
    }

    [Fact]
    public void A_document_is_snake_case_invariant_and_readable()
    {
        var stdout = new StringWriter { NewLine = "\n" };
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            new Output(stdout, TextWriter.Null, json: true).Document(new { BitsPerByte = 1.5, Text = "<é>", Kind = Kind.RunFolder, Loss = double.NaN });
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        Assert.Equal("{\n  \"bits_per_byte\": 1.5,\n  \"text\": \"<é>\",\n  \"kind\": \"run_folder\",\n  \"loss\": \"NaN\"\n}\n", stdout.ToString());
    }

    [Fact]
    public void People_get_lines_or_programs_get_the_document_never_both()
    {
        foreach (var json in new[] { false, true })
        {
            var (stdout, stderr) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
            var output = new Output(stdout, stderr, json);
            output.Line("line");
            output.Text.Write("text");
            output.Document(1);
            output.Log("log");
            Assert.Equal(json ? "1\n" : "line\ntext", stdout.ToString());
            Assert.Equal("log\n", stderr.ToString());
        }
    }

    [Fact]
    public void A_second_document_is_a_mistake()
    {
        var output = new Output(TextWriter.Null, TextWriter.Null, json: true);
        output.Document(1);
        Assert.Throws<InvalidOperationException>(() => output.Document(2));
    }
}
