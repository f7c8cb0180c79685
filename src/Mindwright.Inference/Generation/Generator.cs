using Mindwright.Inference.Sampling;

namespace Mindwright.Inference.Generation;

/// <summary>Continues one prompt, token by token.</summary>
public static class Generator
{
    /// <summary>Samples tokens one by one, when they are requested.</summary>
    /// <param name="model">The model; busy until the enumeration ends.</param>
    /// <param name="prompt">Token ids, one or more, fewer than the model's context.</param>
    /// <param name="options">Sampling and when to stop.</param>
    /// <param name="cancellation">Ends the enumeration with <see cref="OperationCanceledException"/> before the next token.</param>
    /// <returns>The tokens drawn; the last is a stop id if the model drew one.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, or leaves no space in the context; thrown at once.</exception>
    public static IEnumerable<SampledToken> Stream(
        ILanguageModel model, ReadOnlySpan<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var state = new GenerationState(prompt, number: 0, model.ContextLength, options);
        return Draw(model, state, new Sampler(options.Sampling), cancellation);
    }

    private static IEnumerable<SampledToken> Draw(
        ILanguageModel model, GenerationState state, Sampler sampler, CancellationToken cancellation)
    {
        using var cache = model.CreateCache(1, state.Capacity);
        var logits = new float[model.VocabularySize];
        var input = new SlotInput[1];
        for (var next = state.Prompt; state.Finish is null; next = state.Last)
        {
            cancellation.ThrowIfCancellationRequested();
            input[0] = new SlotInput(0, next);
            model.Forward(cache, input, logits);
            yield return state.Draw(sampler, logits);
        }
    }
}
