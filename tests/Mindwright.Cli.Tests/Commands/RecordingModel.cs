using Mindwright.Inference;

namespace Mindwright.Cli.Tests.Commands;

/// <summary>A model that writes the same ids after every prompt, and remembers the prompts.</summary>
internal sealed class RecordingModel(int vocabularySize, int[] writes) : ILanguageModel
{
    public int VocabularySize { get; } = vocabularySize;

    public int ContextLength => 512;

    public List<int[]> Prompts { get; } = [];

    public IKeyValueCache CreateCache(int slots, int capacity) => new Cache(slots, capacity);

    public void Forward(IKeyValueCache cache, IReadOnlyList<SlotInput> inputs, Span<float> logits)
    {
        var written = ((Cache)cache).Written;
        logits.Fill(-50);
        for (var row = 0; row < inputs.Count; row++)
        {
            var slot = inputs[row].Slot;
            if (written[slot] == 0)
                Prompts.Add(inputs[row].Tokens.ToArray());
            logits[row * VocabularySize + writes[written[slot]++]] = 50;
        }
    }

    public IReadOnlyList<TokenScore[]> Score(IReadOnlyList<int[]> sequences) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Cache(int slots, int capacity) : IKeyValueCache
    {
        public int[] Written { get; } = new int[slots];

        public int Slots => Written.Length;

        public int Capacity => capacity;

        public int Length(int slot) => throw new NotSupportedException();

        public void Truncate(int slot, int length) => Written[slot] = length;

        public void Copy(int from, int to) => Written[to] = Written[from];

        public void Dispose()
        {
        }
    }
}
