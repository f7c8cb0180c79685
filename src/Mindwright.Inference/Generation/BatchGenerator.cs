using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Generation;

/// <summary>
/// Continues many prompts at once over the slots of one cache. A slot whose sequence ends takes the next prompt straight away
/// (continuous batching; Yu et al. 2022, "Orca").
/// </summary>
/// <remarks>
/// A sequence's random numbers depend on the seed and its place in the list of prompts alone, so texts are the same whatever the
/// number of slots, as far as the model's logits are. Prompts that repeat, as in a group of answers to one question, are read
/// once and copied.
/// </remarks>
public sealed class BatchGenerator
{
    private readonly ILanguageModel _model;
    private readonly int _slots;

    /// <summary>Makes a generator.</summary>
    /// <param name="model">The model; busy during <see cref="Generate"/>.</param>
    /// <param name="slots">The most sequences to continue side by side.</param>
    public BatchGenerator(ILanguageModel model, int slots)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        (_model, _slots) = (model, slots);
    }

    /// <summary>Continues the prompts.</summary>
    /// <param name="prompts">Token ids, each one or more, fewer than the model's context.</param>
    /// <param name="options">How to go on.</param>
    /// <param name="finished">Told of each sequence as it ends, with its index; the order depends on the lengths.</param>
    /// <param name="firstNumber">Number of the first prompt, on which random numbers depend, for a part of a longer list.</param>
    /// <param name="cancellation">Stops between two passes through the model.</param>
    /// <returns>For each prompt, in its order, what the model added.</returns>
    /// <exception cref="ArgumentException">A prompt is empty, or leaves no space in the context.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(
        IReadOnlyList<int[]> prompts,
        GenerationOptions options,
        Action<int, GeneratedSequence>? finished = null,
        int firstNumber = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        var results = new GeneratedSequence[prompts.Count];
        var waiting = new Queue<(int Index, GenerationState State)>();
        for (var i = 0; i < prompts.Count; i++)
        {
            var state = new GenerationState(prompts[i], firstNumber + i, _model.ContextLength, options);
            if (state.Finish is null)
                waiting.Enqueue((i, state));
            else
                results[i] = state.ToSequence();
        }
        if (waiting.Count > 0)
        {
            using var batch = new Batch(_model, Math.Min(_slots, waiting.Count), waiting, new Sampler(options.Sampling), (i, sequence) =>
            {
                results[i] = sequence;
                finished?.Invoke(i, sequence);
            });
            batch.Run(cancellation);
        }
        return results;
    }

    private sealed class Batch : IDisposable
    {
        private readonly ILanguageModel _model;
        private readonly Queue<(int Index, GenerationState State)> _waiting;
        private readonly Sampler _sampler;
        private readonly Action<int, GeneratedSequence> _finished;
        private readonly IKeyValueCache _cache;
        private readonly (int Index, GenerationState State)?[] _running; // by slot
        private readonly float[] _logits; // [slots, vocab]

        public Batch(
            ILanguageModel model, int slots, Queue<(int Index, GenerationState State)> waiting, Sampler sampler,
            Action<int, GeneratedSequence> finished)
        {
            (_model, _waiting, _sampler, _finished) = (model, waiting, sampler, finished);
            _running = new (int, GenerationState)?[slots];
            _logits = new float[(long)slots * model.VocabularySize];
            _cache = model.CreateCache(slots, waiting.Max(sequence => sequence.State.Capacity));
        }

        public void Run(CancellationToken cancellation)
        {
            var slots = new List<int>();
            do
            {
                cancellation.ThrowIfCancellationRequested();
                Refill();
                slots.Clear();
                slots.AddRange(Enumerable.Range(0, _running.Length).Where(slot => _running[slot] is not null));
                if (slots.Count > 0)
                    Advance(slots);
            }
            while (slots.Count > 0 || _waiting.Count > 0); // all slots may have ended at their first token
        }

        public void Dispose() => _cache.Dispose();

        /// <summary>Gives the free slots to waiting prompts, and draws their first tokens.</summary>
        /// <remarks>Prompts go apart from single tokens: side by side, these would be padded to the length of the longest prompt.</remarks>
        private void Refill()
        {
            var filled = new List<(int Slot, int Row)>();
            var inputs = new List<SlotInput>();
            for (var slot = 0; slot < _running.Length && _waiting.Count > 0; slot++)
            {
                if (_running[slot] is not null)
                    continue;
                var next = _waiting.Dequeue();
                _running[slot] = next;
                var row = inputs.FindIndex(input => input.Tokens.Span.SequenceEqual(next.State.Prompt.Span));
                if (row < 0)
                {
                    row = inputs.Count;
                    inputs.Add(new SlotInput(slot, next.State.Prompt));
                    _cache.Truncate(slot, 0);
                }
                filled.Add((slot, row));
            }
            if (inputs.Count == 0)
                return;
            Forward(inputs);
            foreach (var (slot, row) in filled)
                if (inputs[row].Slot != slot)
                    _cache.Copy(inputs[row].Slot, slot);
            foreach (var (slot, row) in filled)
                Draw(slot, row);
        }

        private void Advance(List<int> slots)
        {
            Forward([.. slots.Select(slot => new SlotInput(slot, _running[slot]!.Value.State.Last))]);
            for (var row = 0; row < slots.Count; row++)
                Draw(slots[row], row);
        }

        private void Forward(List<SlotInput> inputs) =>
            _model.Forward(_cache, inputs, _logits.AsSpan(0, inputs.Count * _model.VocabularySize));

        private void Draw(int slot, int row)
        {
            var (index, state) = _running[slot]!.Value;
            state.Draw(_sampler, _logits.AsSpan(row * _model.VocabularySize, _model.VocabularySize));
            if (state.Finish is null)
                return;
            _running[slot] = null;
            _finished(index, state.ToSequence());
        }
    }
}
