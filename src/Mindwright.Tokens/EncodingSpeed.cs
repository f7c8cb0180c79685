using System.Diagnostics;

namespace Mindwright.Tokens;

/// <summary>How fast a tokenizer encodes a text.</summary>
/// <param name="Bytes">Bytes of the text.</param>
/// <param name="Tokens">Tokens that it takes.</param>
/// <param name="Threads">Threads.</param>
/// <param name="FirstPass">Megabytes (10⁶ bytes) a second of a tokenizer that has seen no text yet, median of 3 to 15 rounds.</param>
/// <param name="Warm">The same for the text once more.</param>
/// <param name="TimesOneThread">First passes of so many threads against those of one, measured in turns: the ratio of the medians; 1 where there is one thread.</param>
/// <param name="AllocatedPerByte">Bytes allocated a byte of text beyond the ids, by a first pass.</param>
public sealed record EncodingSpeed(long Bytes, long Tokens, int Threads, double FirstPass, double Warm, double TimesOneThread, double AllocatedPerByte)
{
    // .NET compiles what runs often a second time, better, some tenths of a second after the start.
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    // A short text is encoded more often, so that the median means something.
    private const int MinRounds = 3, MaxRounds = 15;
    private static readonly TimeSpan s_measuring = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Measures it. First pass means that the tokenizer is fresh and the code is not: the compiler's work, which comes once a process, is done
    /// on other instances before.
    /// </summary>
    /// <param name="load">Makes a tokenizer that has seen no text.</param>
    /// <param name="text">The text.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="ct">Stops between rounds.</param>
    public static EncodingSpeed Measure(Func<Tokenizer> load, byte[] text, int threads, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(text);
        var warmUp = Stopwatch.StartNew();
        do
            Encode(load(), text.AsSpan(0, Math.Min(text.Length, 1_000_000)), threads);
        while (warmUp.Elapsed < s_warmUp);
        var (first, warm, alone) = (new List<double>(), new List<double>(), new List<double>());
        var (tokens, allocated, extra) = (0, 0L, 0.0);
        var measuring = Stopwatch.StartNew();
        while (first.Count < MinRounds || first.Count < MaxRounds && measuring.Elapsed < s_measuring)
        {
            ct.ThrowIfCancellationRequested();
            var tokenizer = load();
            first.Add(Time(tokenizer, threads));
            extra = (allocated - 4.0 * tokens) / Math.Max(1, text.Length);
            warm.Add(Time(tokenizer, threads));
            if (threads > 1)
                alone.Add(Time(load(), 1));
        }
        var speedUp = threads > 1 ? Speed(first) / Speed(alone) : 1;
        return new EncodingSpeed(text.Length, tokens, threads, Speed(first), Speed(warm), speedUp, extra);

        double Time(Tokenizer tokenizer, int threads)
        {
            // What loading and earlier rounds left behind would be collected meanwhile, on a processor that the second thread needs.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var clock = Stopwatch.StartNew();
            tokens = Encode(tokenizer, text, threads);
            var seconds = clock.Elapsed.TotalSeconds;
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            return seconds;
        }

        double Speed(List<double> seconds) => text.Length / 1e6 / seconds.Order().ElementAt(seconds.Count / 2);
    }

    private static int Encode(Tokenizer tokenizer, ReadOnlySpan<byte> text, int threads) =>
        (threads == 1 ? tokenizer.Encode(text) : tokenizer.EncodeParallel(text, threads)).Length;
}
