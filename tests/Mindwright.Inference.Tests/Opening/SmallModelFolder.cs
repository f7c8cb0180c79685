using System.Text.Json.Nodes;
using Mindwright.Inference.Files;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Tests.Opening;

/// <summary>A model folder without weights: <c>config.json</c> and a tokenizer of conversations.</summary>
internal sealed class SmallModelFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallModelFolder(int vocabularySize = 0, ModelHead head = ModelHead.Vocabulary)
    {
        SmallTokenizer.Instance.Save(Path, ChatFormat.Template);
        Config = new ModelConfig
        {
            VocabularySize = vocabularySize > 0 ? vocabularySize : SmallTokenizer.Instance.VocabularySize,
            HiddenSize = 8,
            IntermediateSize = 16,
            Layers = 1,
            Heads = 2,
            KeyValueHeads = 1,
            HeadSize = 4,
            ContextLength = 64,
            Head = head,
            EndOfText = [SmallTokenizer.Format.EndOfText],
        };
        File.WriteAllText(_folder["config.json"], Config.ToJson().ToString());
    }

    public string Path => _folder.Path;

    public ModelConfig Config { get; }

    public void Write(string file, JsonObject json) => File.WriteAllText(_folder[file], json.ToString());

    public void Delete(string file) => File.Delete(_folder[file]);

    public void Dispose() => _folder.Dispose();
}
