using System.CommandLine;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Data;
using Mindwright.Data.Recipes;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;

namespace Mindwright.Cli.Commands;

/// <summary><c>data</c>: make a folder of tokens from text, look into it, fetch a dataset.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Make tokens from text: read, filter, tokenize; inspect the result; download a dataset.")
    {
        Build(),
        Inspect(),
        Get(),
    };

    private static Command Build()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files, folders or globs: one source, instead of those of the recipe.", Arity = ArgumentArity.ZeroOrMore };
        var config = CommonOptions.Config("its defaults");
        var folder = CommonOptions.RequiredOutput("The folder to make. An interrupted build goes on when the same command is given again.");
        var sets = CommonOptions.Sets("filters.near_duplicates=0.8");
        return new Command("build", "Read text, filter it, and write token shards with a report and a manifest.") { paths, config, folder, sets }.Does((parse, output, cancellation) =>
        {
            var recipe = RecipeReader.Read<DataRecipe>(parse.GetValue(config), parse.GetValue(sets) ?? []);
            if (parse.GetValue(paths) is { Length: > 0 } named)
                recipe = recipe with { Sources = [new SourceSection { Name = "text", Paths = named }] };
            DataBuildResult result;
            using (var display = ProgressDisplay.Create(output))
                result = DataRecipeBuild.Run(recipe, parse.GetValue(folder)!, display, cancellation);
            output.Document(new
            {
                result.Output,
                result.Seconds,
                result.InputBytes,
                result.Manifest.Documents,
                result.Manifest.Tokens,
                result.Manifest.VocabularySize,
                result.Manifest.RulesSha256,
                result.Report,
            });
            Print(result, output);
        });
    }

    private static void Print(DataBuildResult result, Output output)
    {
        output.Line();
        TextTable.Write(output, ["source", "read", "kept", "dropped", "tokens"], result.Report.Sources.Select(source => (string[])[
            source.Key, Figure.Count(source.Value.Read.Documents), Figure.Count(source.Value.Kept.Documents),
            string.Join(", ", source.Value.Dropped.OrderByDescending(rule => rule.Value.Documents).Take(4).Select(rule => $"{rule.Key} {Figure.Count(rule.Value.Documents)}")),
            Figure.Count(source.Value.Tokens)]));
        output.Line();
        output.Line($"{Figure.Time(TimeSpan.FromSeconds(result.Seconds))}; report: {Path.Combine(result.Output, DataBuild.HtmlFile)}");
        output.Line("Next:");
        output.Line($"  ./mindwright data inspect {result.Output}");
        output.Line($"  ./mindwright train pretrain --set 'data.paths=[\"{result.Output}\"]'");
    }

    private static Command Inspect()
    {
        var folder = new Argument<string>("folder") { Description = "A folder that `data build` made." };
        var samples = new Option<int>("--samples") { Description = "Documents to show, drawn by the seed.", DefaultValueFactory = _ => 3 };
        var seed = new Option<int>("--seed") { Description = "Which documents.", DefaultValueFactory = _ => 1 };
        var fast = new Option<bool>("--fast") { Description = "Do not compare the files with their hashes." };
        return new Command("inspect", "Say what a built folder holds: tokens, mixture, tags, samples; check its hashes.") { folder, samples, seed, fast }.Does((parse, output, cancellation) =>
        {
            var found = DatasetInspection.Of(parse.GetValue(folder)!, parse.GetValue(samples), parse.GetValue(seed), verify: !parse.GetValue(fast), cancellation);
            output.Document(found);
            output.Line($"{Figure.Count(found.Tokens)} tokens in {Figure.Count(found.Documents)} documents, {found.Shards} shards, {Figure.Bytes(found.Bytes)}; vocabulary {Figure.Count(found.VocabularySize)}");
            output.Line(found.Verified ? "every file is as its hash says" : "hashes were not checked");
            output.Line();
            TextTable.Write(output, ["source", "documents", "tokens", "share of rows", "epochs"], found.Sources.Select(source => (string[])[
                source.Name, Figure.Count(source.Documents), Figure.Count(source.Tokens), Figure.Number(100 * source.Share) + " %",
                source.Epochs is { } epochs ? Figure.Number(epochs) : "without end"]));
            if (found.Tags.Count > 0)
                output.Line($"\ntags: {string.Join(", ", found.Tags.Select(tag => $"{tag.Key} {Figure.Count(tag.Value)}"))}");
            foreach (var sample in found.Samples)
                output.Line($"\n{sample.Source} {Figure.Count(sample.Document)}, {Figure.Count(sample.Tokens)} tokens{(sample.Tags.Count > 0 ? $" [{string.Join(", ", sample.Tags)}]" : "")}: {sample.Text.ReplaceLineEndings(" ⏎ ")}");
        });
    }

    private static Command Get()
    {
        var name = new Argument<string>("name") { Description = "The dataset: owner/name." };
        var folder = CommonOptions.RequiredOutput("The folder for its files. What is there already is not fetched again; what was cut off goes on.");
        var revision = new Option<string>("--revision") { Description = "Branch, tag or commit; dataset.json notes the commit that it was.", DefaultValueFactory = _ => "main" };
        var files = new Option<string?>("--files") { Description = "Which files, as a glob such as \"data/*.parquet\"; all if left out." };
        var hub = new Option<string?>("--hub") { Description = $"The hub's or mirror's address; {DatasetHub.AddressVariable} if left out. An access token is taken from {DatasetHub.TokenVariable}." };
        return new Command("get", "Fetch a dataset from a Hugging Face hub, or a mirror of one, that you name.") { name, folder, revision, files, hub }.Does((parse, output, cancellation) =>
        {
            DatasetDownload download;
            using (var client = Open(parse.GetValue(hub)))
            using (var display = ProgressDisplay.Create(output))
            {
                var request = new DatasetRequest { Name = parse.GetValue(name)!, Revision = parse.GetValue(revision)!, Files = parse.GetValue(files), Output = parse.GetValue(folder)! };
                download = client.GetAsync(request, new DownloadProgress(display, request.Name), cancellation).GetAwaiter().GetResult();
            }
            output.Document(new { Output = parse.GetValue(folder), download.Name, download.Revision, download.Files });
            TextTable.Write(output, ["file", "size", "sha256"], download.Files.Select(file => (string[])[file.Path, Figure.Bytes(file.Bytes), file.Sha256[..16]]));
            output.Line($"{download.Name} at {download.Revision} → {parse.GetValue(folder)}");
        });
    }

    private static DatasetHub Open(string? address)
    {
        try
        {
            return address is null ? DatasetHub.FromEnvironment() : new DatasetHub(address, Environment.GetEnvironmentVariable(DatasetHub.TokenVariable));
        }
        catch (ArgumentException e)
        {
            throw new UsageException(UsageException.TextOf(e));
        }
    }
}
