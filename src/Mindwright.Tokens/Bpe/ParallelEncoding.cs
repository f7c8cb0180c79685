using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Bpe;

/// <summary>One text on several threads: it is cut where no piece goes across, and the ids are joined in its order.</summary>
internal static unsafe class ParallelEncoding
{
    private const int PartBytes = 1 << 17;

    public static int[] Encode(ReadOnlySpan<byte> text, PreTokenizer preTokenizer, ThreadLocal<PieceEncoder> encoders, int threads)
    {
        var cuts = preTokenizer.CanCutBeforeSpace ? Cuts(text) : [0, text.Length];
        var parts = new Part[cuts.Count - 1];
        var next = -1;
        fixed (byte* start = text)
        {
            var pinned = (nint)start;
            var workers = Math.Min(threads, parts.Length);
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
            {
                var encoder = encoders.Value!;
                int i;
                var mine = new List<int>();
                while ((i = Interlocked.Increment(ref next)) < parts.Length)
                {
                    parts[i].Start = encoder.Ids.Count;
                    encoder.Encode(new ReadOnlySpan<byte>((byte*)pinned + cuts[i], cuts[i + 1] - cuts[i]), preTokenizer);
                    parts[i].Count = encoder.Ids.Count - parts[i].Start;
                    mine.Add(i);
                }
                var ids = encoder.TakeIds();
                foreach (var part in mine)
                    parts[part].Ids = ids;
            });
        }
        var total = 0;
        foreach (ref var part in parts.AsSpan())
        {
            part.Offset = total;
            total = checked(total + part.Count);
        }
        var result = GC.AllocateUninitializedArray<int>(total);
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            parts[i].Ids!.Span.Slice(parts[i].Start, parts[i].Count).CopyTo(result.AsSpan(parts[i].Offset)));
        foreach (var ids in parts.Select(p => p.Ids).Distinct())
            ids!.Free();
        return result;
    }

    private static List<int> Cuts(ReadOnlySpan<byte> text)
    {
        var cuts = new List<int> { 0 };
        for (var from = PartBytes; from < text.Length; from = cuts[^1] + PartBytes)
        {
            var cut = from;
            while (cut < text.Length && (text[cut] != ' ' || (uint)((text[cut - 1] | 0x20) - 'a') >= 26))
                cut++;
            if (cut == text.Length)
                break;
            cuts.Add(cut);
        }
        cuts.Add(text.Length);
        return cuts;
    }

    private struct Part
    {
        public NativeList<int>? Ids;
        public int Start;
        public int Count;
        public int Offset;
    }
}
