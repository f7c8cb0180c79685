using Mindwright.Training.Loop;

namespace Mindwright.Workbench.Benchmarks;

/// <summary>
/// The tokens of a speed measurement: rows of a given text at places that follow from the step alone, so that another program can read the
/// same ones, or random tokens.
/// </summary>
internal sealed class SpeedRows
{
    // A prime far larger than a row, so that neighbouring rows lie apart.
    private const long Stride = 7919;

    private readonly SpeedPreset _preset;
    private readonly int[]? _text;

    /// <param name="preset">Sizes of a batch.</param>
    /// <param name="text">A text whose distinct bytes are the tokens; null for random ones.</param>
    /// <exception cref="InvalidDataException">The text is shorter than a row.</exception>
    public SpeedRows(SpeedPreset preset, byte[]? text)
    {
        _preset = preset;
        if (text is null)
            return;
        if (text.Length < preset.Context + 2)
            throw new InvalidDataException($"the text has {text.Length} bytes; a row takes {preset.Context + 2}");
        var symbols = text.Distinct().Order().ToArray();
        _text = [.. text.Select(b => Array.BinarySearch(symbols, b) % preset.Vocabulary)];
    }

    /// <summary>The batch of a step.</summary>
    public TokenBatch At(int step)
    {
        var (rows, time) = (_preset.Batch, _preset.Context);
        var random = new Random(step);
        var inputs = new long[rows * time];
        var targets = new long[rows * time];
        for (var row = 0; row < rows; row++)
        {
            var start = _text is null ? 0 : ((long)step * rows + row) * Stride % (_text.Length - time - 1);
            var next = _text is null ? random.Next(_preset.Vocabulary) : _text[start];
            for (var t = 0; t < time; t++)
            {
                inputs[row * time + t] = next;
                targets[row * time + t] = next = _text is null ? random.Next(_preset.Vocabulary) : _text[start + t + 1];
            }
        }
        return new TokenBatch(rows, inputs, targets);
    }
}
