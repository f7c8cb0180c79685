using System.CommandLine;
using Mindwright.Inference;
using Mindwright.Model;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Runs;

namespace Mindwright.Cli;

/// <summary>Opens the weights of a model folder; tests put another kind of model in its place.</summary>
internal delegate ILanguageModel OpenModel(string folder);

/// <summary>A model that a command uses, with its tokenizer.</summary>
/// <param name="Folder">The model folder.</param>
/// <param name="Model">The model.</param>
/// <param name="Text">Its tokenizer, and how it converses.</param>
/// <param name="StopIds">Ids that end a text: those that the folder names, and <c>&lt;|endoftext|&gt;</c>.</param>
internal sealed record LoadedModel(string Folder, ILanguageModel Model, ModelTokenizer Text, IReadOnlyList<int> StopIds) : IDisposable
{
    public Tokenizer Tokenizer => Text.Tokenizer;

    public IChatFormat Chat => Text.Chat;

    public void Dispose() => Model.Dispose();
}

/// <summary>Finds and loads the model that the user named: a run, or a model folder.</summary>
internal static class ModelLoading
{
    private const string Runs = "runs";

    /// <summary>The argument that names the model.</summary>
    public static Argument<string?> Argument() => new("model")
    {
        Description = "A run folder, the name of a run in runs/, or a model folder; the newest run with a model if left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The model of a folder as it is: Hugging Face weights through libtorch.</summary>
    public static ILanguageModel OpenTorch(string folder) => TorchLanguageModel.Load(folder);

    /// <summary>Loads a model with its tokenizer.</summary>
    /// <param name="name">What the user named; null for the newest run.</param>
    /// <param name="open">Opens the weights.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such run or folder.</exception>
    /// <exception cref="InvalidDataException">The run has no model yet, or a file is damaged.</exception>
    public static LoadedModel Load(string? name, OpenModel open)
    {
        var folder = Resolve(name);
        var text = ModelTokenizer.Load(folder);
        var tokenizer = text.Tokenizer;
        List<int> stops = [.. ModelTokenizer.EndIds(folder, tokenizer)];
        if (tokenizer.SpecialTokens.TryGetValue("<|endoftext|>", out var endOfText) && !stops.Contains(endOfText))
            stops.Add(endOfText);
        var model = open(folder);
        if (tokenizer.VocabularySize <= model.VocabularySize)
            return new LoadedModel(folder, model, text, stops);
        model.Dispose();
        throw new InvalidDataException(
            $"{folder}: the tokenizer has {tokenizer.VocabularySize} ids and the model only {model.VocabularySize}: they don't belong together");
    }

    /// <summary>The model folder that a name stands for.</summary>
    internal static string Resolve(string? name)
    {
        if (name is null)
            return Newest();
        foreach (var path in new[] { name, Path.Combine(Runs, name) })
        {
            if (IsModel(path))
                return path;
            if (IsModel(Path.Combine(path, "model")))
                return Path.Combine(path, "model");
            if (RunFolder.IsRun(path))
                throw new InvalidDataException($"{path}: the run has no finished model yet (its folder model/ is missing); go on with it by `mindwright runs resume {path}`");
            if (Directory.Exists(path))
                throw new InvalidDataException($"{path}: neither a run nor a model folder (it has no config.json)");
        }
        throw new DirectoryNotFoundException($"{name}: there is no such run or model folder, neither here nor in {Runs}{Path.DirectorySeparatorChar}");
    }

    private static string Newest()
    {
        var newest = (Directory.Exists(Runs) ? Directory.GetDirectories(Runs) : [])
            .Select(run => Path.Combine(run, "model")).Where(IsModel)
            .OrderByDescending(model => File.GetLastWriteTimeUtc(Path.Combine(model, "config.json"))).ThenByDescending(model => model, StringComparer.Ordinal)
            .FirstOrDefault();
        return newest ?? throw new DirectoryNotFoundException(
            $"No run in {Path.GetFullPath(Runs)} has a model yet; make one with `mindwright quickstart`, or name a model folder");
    }

    private static bool IsModel(string path) => File.Exists(Path.Combine(path, "config.json"));
}
