using Mindwright.Inference.Files;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Opening;

/// <summary>A model with all that it takes to use it: tokenizer, conversations, and the ids that end a text.</summary>
/// <remarks>One caller at a time, as for the model itself. Disposing it frees the weights.</remarks>
public sealed class OpenedModel : IDisposable
{
    /// <summary>Puts together a model and its tokenizer, and owns the model from then on.</summary>
    /// <param name="folder">Where it comes from, for messages and results.</param>
    /// <param name="model">The model.</param>
    /// <param name="text">Its tokenizer, and how it converses.</param>
    /// <param name="config">Its shape.</param>
    /// <exception cref="InvalidDataException">The tokenizer has ids that the model lacks.</exception>
    public OpenedModel(string folder, ILanguageModel model, ModelTokenizer text, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(text);
        (Folder, Model, Text, Config) = (folder, model, text, config);
        CheckVocabulary(folder, text, model.VocabularySize);
    }

    /// <summary>The model folder.</summary>
    public string Folder { get; }

    /// <summary>The model.</summary>
    public ILanguageModel Model { get; }

    /// <summary>Its tokenizer, and how it converses.</summary>
    public ModelTokenizer Text { get; }

    /// <summary>Text to ids and back.</summary>
    public Tokenizer Tokenizer => Text.Tokenizer;

    /// <summary>Conversations to ids and back.</summary>
    /// <exception cref="InvalidDataException">The model cannot converse: it has neither a usable template nor a token that ends a text.</exception>
    public IChatFormat Chat => Text.Chat;

    /// <summary>The ids that end a text or a turn.</summary>
    public IReadOnlyList<int> StopIds => Text.StopIds;

    /// <summary>Its shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>Opens a model folder.</summary>
    /// <param name="folder">A folder with <c>config.json</c>, weights and a tokenizer.</param>
    /// <param name="open">Opens the weights of a folder. It is called once the folder's other files have been found good.</param>
    /// <exception cref="FileNotFoundException">There is no <c>config.json</c>, no tokenizer or no weights.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, the model is no language model, or the tokenizer is another model's.</exception>
    public static OpenedModel Open(string folder, Func<string, ILanguageModel> open)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(open);
        var config = ModelConfig.Load(folder);
        if (config.Head != ModelHead.Vocabulary)
            throw new InvalidDataException($"{folder}: the model gives scores (a reward or value model) and cannot write text");
        var text = ModelTokenizer.Load(folder);
        CheckVocabulary(folder, text, config.VocabularySize); // before the weights, which may take minutes to read
        var model = open(folder);
        try
        {
            return new OpenedModel(folder, model, text, config);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens a model folder with one of several backends.</summary>
    /// <param name="folder">A folder with <c>config.json</c>, weights and a tokenizer.</param>
    /// <param name="backends">The backends that the program has.</param>
    /// <param name="backend">The name of one, or <c>auto</c> for the first that supports model and device.</param>
    /// <param name="device">Where to compute the model.</param>
    /// <exception cref="ArgumentException">No backend has this name; the message names those there are.</exception>
    /// <exception cref="NotSupportedException">The backend cannot compute this model on this device.</exception>
    /// <inheritdoc cref="Open(string, Func{string, ILanguageModel})"/>
    public static OpenedModel Open(string folder, ModelBackends backends, string backend = ModelBackends.Auto, ModelDevice device = default)
    {
        ArgumentNullException.ThrowIfNull(backends);
        return Open(folder, path => backends.Choose(backend, path, device).Open(path, device));
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();

    private static void CheckVocabulary(string folder, ModelTokenizer text, int size)
    {
        if (text.Tokenizer.VocabularySize > size)
            throw new InvalidDataException(
                $"{folder}: the tokenizer has {text.Tokenizer.VocabularySize} ids and the model only {size}: they don't belong together");
    }
}
