using System.Globalization;
using System.Text.Json;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

public sealed class PlanCommandTests
{
    [Theory]
    [InlineData("plan train --model gpt3 --tokens 300B", "training_flops", 3.1428e23)]
    [InlineData("plan train --budget 1000USD --price 2USD/h --mfu 50% --hardware h200", "accelerator_hours", 500)]
    [InlineData("plan train --params 7B --tokens 140B --law hoffmann", "predicted_loss", 2.1536)]
    [InlineData("plan memory --params 7.5B --accelerators 64", "zero_1", 31.40625e9)]
    [InlineData("plan memory --model deepseek-v3", "kv_bytes_per_token", 70272)]
    [InlineData("plan serve --params 7B --precision int8", "weights", 7e9)]
    [InlineData("plan serve --measured 1000tok/s --price 3.6USD/h", "price_per_million_tokens", 1)]
    [InlineData("plan cluster --accelerators 100K", "facility_power", 148.665e6)]
    [InlineData("scaling predict --law hoffmann-1 --budget 1.92e19", "parameters", 400e6)]
    public void A_plan_is_one_document_with_the_figure(string line, string figure, double expected)
    {
        var run = CommandRun.Of([.. line.Split(' '), "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Stderr));
        var value = JsonDocument.Parse(run.Stdout).RootElement.GetProperty("figures").GetProperty(figure);
        Assert.InRange(value.GetProperty("value").GetDouble() / expected, 0.995, 1.005);
        Assert.NotEqual("", value.GetProperty("formula").GetString());
        Assert.Contains(figure, CommandRun.Of(line.Split(' ')).Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan train --params 7 --tokens 1B", "--params: '7' is outside")]
    [InlineData("plan train --params=-7B --tokens 1B", "--params: '-7B' is outside")]
    [InlineData("plan train --params NaN --tokens 1B", "--params: 'NaN' is not a number")]
    [InlineData("plan train --params 7B --tokens 1B --budget 1e20", "--budget: ")]
    [InlineData("plan train --budget 5M --price 2", "--price: '2' is not a number with its unit")]
    [InlineData("plan train --budget 1e20 --hardware abacus", "--hardware: 'abacus' is not in the table")]
    [InlineData("plan train", "--params: give at least")]
    [InlineData("plan memory --model llama-3-8b --accelerators 7 --tensor-parallel 7", "--tensor-parallel: 7 must")]
    [InlineData("plan serve --model gpt3", "--accelerators: 349.2 GB of weights do not fit")]
    [InlineData("plan serve --measured 850tok/s", "--measured: needs --price")]
    [InlineData("plan serve --baseline 850tok/s", "--baseline: needs --measured")]
    [InlineData("plan cluster --accelerators 8 --params 7B", "--params: a run is given by")]
    [InlineData("plan cluster --accelerators 8 --generations 2", "--generations: the stair-step needs")]
    [InlineData("scaling predict --params 7B", "--params: give --params and --tokens")]
    [InlineData("scaling table nobody", "--law: 'nobody' is none of")]
    public void Bad_arguments_are_usage_errors_that_name_the_option(string line, string message)
    {
        var run = CommandRun.Of(line.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Stdout));
        Assert.Contains(message, run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ladder_is_fitted_kept_and_predicted_with()
    {
        using var folder = new TempFolder();
        var lines = from n in new[] { 1e6, 3e6, 1e7, 3e7 }
                    from d in new[] { 1e8, 3e8, 1e9 }
                    select string.Create(CultureInfo.InvariantCulture, $"{n},{d},{1.7 + 400 / Math.Pow(n, 0.34) + 410 / Math.Pow(d, 0.28)}");
        File.WriteAllText(folder["rows.csv"], "N,D,loss\n" + string.Join('\n', lines) + "\n");
        var fit = CommandRun.Of("scaling", "fit", folder["rows.csv"], "--bootstrap", "10", "--json");
        Assert.Equal((0, ""), (fit.ExitCode, fit.Stderr));
        File.WriteAllText(folder["fit.json"], fit.Stdout);
        var predicted = CommandRun.Of("scaling", "predict", "--law", folder["fit.json"], "--params", "100M", "--tokens", "2B", "--json");
        var loss = JsonDocument.Parse(predicted.Stdout).RootElement.GetProperty("figures").GetProperty("loss").GetProperty("value").GetDouble();
        Assert.Equal(1.7 + 400 / Math.Pow(1e8, 0.34) + 410 / Math.Pow(2e9, 0.28), loss, 1e-3);
        Assert.Equal(4, CommandRun.Of("scaling", "fit", folder["nowhere.csv"]).ExitCode);
        Assert.Equal(0, CommandRun.Of("plan", "train", "--budget", "1e18", "--law", folder["fit.json"]).ExitCode);
    }
}
