namespace Mindwright.Tokens.Bpe;

/// <summary>
/// Distributes the parts of a text. Each worker takes a contiguous range, since neighboring parts share words that its cache then knows, and
/// who is done takes from the end of the longest stretch left.
/// </summary>
internal sealed class PartQueue
{
    // A stretch is one number, its first part above its end, so that taking a part is one exchange.
    private readonly ulong[] _stretches;

    public PartQueue(int parts, int workers)
    {
        _stretches = new ulong[workers];
        for (var worker = 0; worker < workers; worker++)
            _stretches[worker] = Stretch((int)((long)parts * worker / workers), (int)((long)parts * (worker + 1) / workers));
    }

    /// <summary>Takes a part for a worker; false when none is left.</summary>
    public bool TryTake(int worker, out int part)
    {
        while (true)
        {
            var from = Left(worker) > 0 ? worker : Longest();
            if (from < 0)
            {
                part = -1;
                return false;
            }
            var seen = Volatile.Read(ref _stretches[from]);
            var (first, end) = ((int)(seen >> 32), (int)seen);
            part = from == worker ? first : end - 1;
            var rest = from == worker ? Stretch(first + 1, end) : Stretch(first, end - 1);
            if (first < end && Interlocked.CompareExchange(ref _stretches[from], rest, seen) == seen)
                return true;
        }
    }

    private static ulong Stretch(int first, int end) => (ulong)first << 32 | (uint)end;

    private int Left(int worker)
    {
        var stretch = Volatile.Read(ref _stretches[worker]);
        return (int)stretch - (int)(stretch >> 32);
    }

    /// <summary>The worker with most left, or -1 where nothing is.</summary>
    private int Longest()
    {
        var (longest, most) = (-1, 0);
        for (var worker = 0; worker < _stretches.Length; worker++)
        {
            if (Left(worker) is var left && left > most)
                (longest, most) = (worker, left);
        }
        return longest;
    }
}
