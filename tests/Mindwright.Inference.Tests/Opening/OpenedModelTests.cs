using System.Text.Json.Nodes;
using Mindwright.Inference.Files;
using Mindwright.Inference.Opening;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Tests.Opening;

public sealed class OpenedModelTests
{
    private static readonly int s_size = SmallTokenizer.Instance.VocabularySize;

    [Fact]
    public void A_folder_opens_with_tokenizer_conversations_and_the_ends_of_texts()
    {
        using var folder = new SmallModelFolder();
        folder.Write("generation_config.json", new JsonObject { ["eos_token_id"] = 7 });
        using var weights = new Weights(s_size);
        using var model = OpenedModel.Open(folder.Path, path =>
        {
            Assert.Equal(folder.Path, path);
            return weights;
        });
        Assert.Same(weights, model.Model);
        Assert.Equal(folder.Path, model.Folder);
        Assert.Equal(folder.Config.HiddenSize, model.Config.HiddenSize);
        Assert.IsType<ChatFormat>(model.Chat);
        Assert.Equal([7, SmallTokenizer.Format.EndOfText, SmallTokenizer.Format.EndOfTurn], model.StopIds);
        Assert.Equal(SmallTokenizer.Instance.Encode("the sky"), model.Tokenizer.Encode("the sky"));
        model.Dispose();
        Assert.True(weights.IsDisposed);
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_refused_before_the_weights_are_read()
    {
        using var folder = new SmallModelFolder(vocabularySize: s_size - 1);
        var error = Assert.Throws<InvalidDataException>(() => OpenedModel.Open(folder.Path, _ => throw new NotSupportedException()));
        Assert.Contains("don't belong together", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_smaller_than_the_tokenizer_are_refused_and_freed()
    {
        using var folder = new SmallModelFolder();
        using var weights = new Weights(s_size - 1);
        Assert.Throws<InvalidDataException>(() => OpenedModel.Open(folder.Path, _ => weights));
        Assert.True(weights.IsDisposed);
    }

    [Fact]
    public void A_model_with_more_ids_than_its_tokenizer_is_fine()
    {
        using var folder = new SmallModelFolder(vocabularySize: s_size + 10);
        using var model = OpenedModel.Open(folder.Path, _ => new Weights(s_size + 10));
        Assert.Equal(s_size, model.Tokenizer.VocabularySize);
    }

    [Fact]
    public void What_is_no_language_model_or_no_model_at_all_is_refused()
    {
        using var rewards = new SmallModelFolder(head: ModelHead.Scalar);
        Assert.Contains("reward", Throws<InvalidDataException>(rewards), StringComparison.Ordinal);
        using var nothing = new SmallModelFolder();
        nothing.Delete("config.json");
        Assert.Contains("config.json", Throws<FileNotFoundException>(nothing), StringComparison.Ordinal);
        using var mute = new SmallModelFolder();
        mute.Delete("tokenizer.json");
        Assert.Contains("no tokenizer", Throws<FileNotFoundException>(mute), StringComparison.Ordinal);

        static string Throws<T>(SmallModelFolder folder)
            where T : Exception => Assert.Throws<T>(() => OpenedModel.Open(folder.Path, _ => throw new NotSupportedException())).Message;
    }

    [Fact]
    public void Auto_takes_the_first_backend_that_supports_model_and_device()
    {
        using var folder = new SmallModelFolder();
        var (processor, gpu) = (new Backend("processor", ModelDeviceKind.Cpu), new Backend("gpu", ModelDeviceKind.Cuda));
        var backends = new ModelBackends(gpu, processor);
        Assert.Equal(["gpu", "processor"], backends.Names);
        using (OpenedModel.Open(folder.Path, backends, device: ModelDevice.Cpu))
            Assert.Equal([(folder.Path, ModelDevice.Cpu)], processor.Opened);
        using (OpenedModel.Open(folder.Path, backends))
            Assert.Equal([(folder.Path, ModelDevice.Auto)], gpu.Opened);
        Assert.Same(processor, backends.Choose("Processor", folder.Path, ModelDevice.Cpu));
    }

    [Fact]
    public void An_unknown_backend_is_answered_with_those_there_are()
    {
        var backends = new ModelBackends(new Backend("simd", ModelDeviceKind.Cpu), new Backend("torch", ModelDeviceKind.Cpu));
        var unknown = Assert.Throws<ArgumentException>(() => backends.Choose("onnx", "folder", ModelDevice.Auto));
        Assert.Contains("'onnx'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("simd, torch", unknown.Message, StringComparison.Ordinal);
        foreach (var name in new[] { "auto", "torch" })
            Assert.Contains("cuda:1", Assert.Throws<NotSupportedException>(() => backends.Choose(name, "folder", ModelDevice.Cuda(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_backends_is_not_empty_and_names_each_once()
    {
        Assert.Throws<ArgumentException>(() => new ModelBackends());
        Assert.Throws<ArgumentException>(() => new ModelBackends(new Backend("a", default), new Backend("A", default)));
        Assert.Throws<ArgumentException>(() => new ModelBackends(new Backend("auto", default)));
    }

    private sealed class Backend(string name, ModelDeviceKind kind) : IModelBackend
    {
        public string Name { get; } = name;

        public List<(string Folder, ModelDevice Device)> Opened { get; } = [];

        public bool Supports(string folder, ModelDevice device) => device.Kind is ModelDeviceKind.Auto || device.Kind == kind;

        public ILanguageModel Open(string folder, ModelDevice device)
        {
            Opened.Add((folder, device));
            return new Weights(s_size);
        }
    }

    private sealed class Weights(int vocabularySize) : ILanguageModel
    {
        public bool IsDisposed { get; private set; }

        public int VocabularySize { get; } = vocabularySize;

        public int ContextLength => 64;

        public IKeyValueCache CreateCache(int slots, int capacity) => throw new NotSupportedException();

        public void Forward(IKeyValueCache cache, IReadOnlyList<SlotInput> inputs, Span<float> logits) => throw new NotSupportedException();

        public IReadOnlyList<TokenScore[]> Score(IReadOnlyList<int[]> sequences) => throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;
    }
}
