using System.Diagnostics;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Runs.Report;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Data.Recipes;

/// <summary>The result of a build from a recipe.</summary>
/// <param name="Output">The folder.</param>
/// <param name="Manifest">The folder's manifest.</param>
/// <param name="Report">What was kept, dropped and changed.</param>
/// <param name="Seconds">Wall time of this run, in seconds.</param>
/// <param name="InputBytes">Bytes of the input files on disk.</param>
public sealed record DataBuildResult(string Output, Manifest Manifest, FilterReport Report, double Seconds, long InputBytes);

/// <summary>Builds a folder of tokens from a recipe.</summary>
public static class DataRecipeBuild
{
    private const string TokenizerStage = "tokenizer";
    private const string BuildStage = "build";

    /// <summary>Trains or loads the vocabulary, then reads, filters, tokenizes and writes. An interrupted build resumes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="output">The folder to create; it must not exist.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="cancellation">Interrupts the build; progress is saved.</param>
    /// <exception cref="RecipeException">The recipe contradicts itself or names something unknown.</exception>
    /// <exception cref="IOException">The output exists, or another process is building it.</exception>
    /// <exception cref="FileNotFoundException">A file that the recipe names is missing.</exception>
    /// <exception cref="InvalidDataException">Bad input, or the filters dropped every document.</exception>
    /// <exception cref="OperationCanceledException">The build was interrupted.</exception>
    public static DataBuildResult Run(DataRecipe recipe, string output, IProgressSink progress, CancellationToken cancellation = default)
    {
        if (recipe.Sources.Count == 0)
            throw new RecipeException("no text to read", key: "sources", cure: "name files or folders after `data build`, or write [[sources]] into the recipe");
        if (Path.Exists(output))
            throw new IOException($"{output} exists already; remove it or choose another output");
        var clock = Stopwatch.StartNew();
        var options = Options(recipe, output);
        var tokenizer = recipe.Tokenizer.Path is { } path ? Tokenizer.Load(path) : Train(recipe, options, progress, cancellation);
        progress.StageStarted(new StageInfo(BuildStage, 2, 2, InputBytes(options) / Megabyte, "MB", Curve: "kept"));
        FilterReport? report = null;
        Manifest manifest;
        try
        {
            manifest = DataBuild.Run(options with { RenderPage = done => HtmlReport.Render(DataReportPage.Of(report = done)) }, tokenizer, new Reporter(progress), cancellation);
        }
        catch (ArgumentException e)
        {
            throw new RecipeException(e.Message.Split(" (Parameter", 2)[0], innerException: e);
        }
        progress.StageFinished(BuildStage, new Dictionary<string, double> { ["documents"] = manifest.Documents, ["tokens"] = manifest.Tokens });
        return new DataBuildResult(output, manifest, report!, clock.Elapsed.TotalSeconds, InputBytes(options));
    }

    private const long Megabyte = 1_000_000;

    internal static DataBuildOptions Options(DataRecipe recipe, string output) => new()
    {
        Output = output,
        Sources = [.. recipe.Sources.Select(source => new DataSource(source.Name, source.Paths)
        {
            BuiltIn = source.BuiltIn is { } text ? new BuiltInCorpus(text, source.Documents, recipe.Seed) : null,
            Weight = source.Weight,
            Epochs = source.Epochs,
            Read = new ReadOptions { TextColumn = source.TextColumn, Separator = source.Separator },
        })],
        Filters = recipe.Filters.ToOptions(),
        BoundaryToken = recipe.Tokenizer.Boundary,
        SkipBadInput = recipe.BadInput == BadInputChoice.Skip,
        HeldOut = recipe.HeldOut,
        ShardTokens = recipe.ShardTokens,
        Threads = recipe.Threads > 0 ? recipe.Threads : Environment.ProcessorCount,
    };

    private static Tokenizer Train(DataRecipe recipe, DataBuildOptions options, IProgressSink progress, CancellationToken cancellation)
    {
        progress.StageStarted(new StageInfo(TokenizerStage, 1, 2, 0));
        try
        {
            var tokenizer = BpeTrainer.Train(Sample(recipe, options, cancellation), new BpeTrainingOptions
            {
                VocabularySize = recipe.Tokenizer.Vocabulary,
                Pattern = recipe.Tokenizer.Pattern,
                SpecialTokens = ChatFormat.SpecialTokens,
                Threads = options.Threads,
            }, cancellation);
            progress.StageFinished(TokenizerStage, new Dictionary<string, double> { ["vocabulary"] = tokenizer.VocabularySize });
            return tokenizer;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new RecipeException(e.Message.Split(" (Parameter", 2)[0], key: "tokenizer", innerException: e);
        }
    }

    /// <summary>The beginning of every source: equal parts of the text that the vocabulary is trained on.</summary>
    private static IEnumerable<string> Sample(DataRecipe recipe, DataBuildOptions options, CancellationToken cancellation)
    {
        foreach (var source in options.Sources)
        {
            var left = recipe.Tokenizer.Megabytes * Megabyte / options.Sources.Count;
            var read = source.Read with { OnBadInput = options.SkipBadInput ? _ => { } : null };
            foreach (var document in (source with { Read = read }).Documents(cancellation))
            {
                yield return document.Text;
                if ((left -= document.Text.Length) <= 0)
                    break;
            }
        }
    }

    private static long InputBytes(DataBuildOptions options) =>
        options.Sources.Sum(source => Corpus.Files(source.Paths).Sum(file => new FileInfo(file).Length));

    /// <summary>The build's progress as steps of a stage, in megabytes read.</summary>
    private sealed class Reporter(IProgressSink sink) : IProgress<DataBuildProgress>
    {
        public void Report(DataBuildProgress value) => sink.Step(new StepInfo(value.BytesRead / Megabyte, value.Elapsed)
        {
            Metrics = new Dictionary<string, double>
            {
                ["documents"] = value.Documents,
                ["kept"] = value.Kept,
                ["tokens"] = value.Tokens,
                ["mb_per_s"] = value.BytesRead / (double)Megabyte / Math.Max(1e-3, value.Elapsed.TotalSeconds),
            },
        });
    }
}
