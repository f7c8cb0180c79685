using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Bpe;

/// <summary>One text on several threads: it is cut where no piece goes across, and the ids are joined in its order.</summary>
internal static unsafe class ParallelEncoding
{
    private const int PartBytes = 1 << 15, SegmentBytes = 1 << 20;

    public static int[] Encode(ReadOnlySpan<byte> text, PreTokenizer preTokenizer, ThreadLocal<PieceEncoder> encoders, int threads)
    {
        var cuts = preTokenizer.CanCutBeforeSpace ? Cuts(text) : [0, text.Length];
        var parts = new Part[cuts.Count - 1];
        // Where the ids wait until all are counted. One list a thread would grow by moving, and mapping memory is what a process's threads wait
        // for each other for.
        var segments = new ConcurrentBag<nint>();
        fixed (byte* start = text)
        {
            var pinned = (nint)start;
            var workers = Math.Min(threads, parts.Length);
            var queue = new PartQueue(parts.Length, workers);
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = threads }, worker =>
            {
                var encoder = encoders.Value!;
                int* free = null;
                var left = 0;
                while (queue.TryTake(worker, out var i))
                {
                    encoder.Encode(new ReadOnlySpan<byte>((byte*)pinned + cuts[i], cuts[i + 1] - cuts[i]), preTokenizer);
                    var ids = encoder.Ids.Span;
                    if (ids.Length > left)
                    {
                        left = Math.Max(SegmentBytes / sizeof(int), ids.Length);
                        free = (int*)NativeMemory.Alloc((nuint)left, sizeof(int));
                        segments.Add((nint)free);
                    }
                    ids.CopyTo(new Span<int>(free, left));
                    parts[i] = new Part { Ids = free, Count = ids.Length };
                    free += ids.Length;
                    left -= ids.Length;
                    encoder.Ids.Clear();
                }
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
            new ReadOnlySpan<int>(parts[i].Ids, parts[i].Count).CopyTo(result.AsSpan(parts[i].Offset)));
        foreach (var segment in segments)
            NativeMemory.Free((void*)segment);
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
        public int* Ids;
        public int Count;
        public int Offset;
    }
}
