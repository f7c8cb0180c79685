namespace Mindwright.Model.Native;

/// <summary>
/// Blocks of memory that are used again: a training step asks for the same sizes as the step before. A general allocator
/// cuts its free space into pieces that the next request just misses; here a block is handed on whole, and what is held stays close to the
/// most that was ever in use at once.
/// </summary>
/// <param name="map">Gets a new block of so many bytes; 0 where there is none.</param>
/// <param name="unmap">Gives one back.</param>
internal sealed class BlockCache(Func<long, nint> map, Action<nint, long> unmap)
{
    private const long Page = 4096;

    // A block may be larger than asked by a part of this, and so may all that is held than what was in use at most.
    private const int Slack = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<nint, long> _used = [];
    private readonly List<(nint Address, long Size)> _free = []; // the longest unused first
    private long _inUse;
    private long _most;

    /// <summary>Bytes in use and kept for use.</summary>
    public long Held { get; private set; }

    /// <summary>A block of at least so many bytes; 0 where the system has none.</summary>
    public nint Take(long size)
    {
        lock (_lock)
        {
            size = (size + Page - 1) / Page * Page;
            var best = -1;
            for (var i = _free.Count - 1; i >= 0; i--)
                if (_free[i].Size >= size && _free[i].Size <= size + size / Slack && (best < 0 || _free[i].Size < _free[best].Size))
                    best = i;
            nint address;
            if (best >= 0)
            {
                (address, size) = _free[best];
                _free.RemoveAt(best);
            }
            else
            {
                var most = Math.Max(_most, _inUse + size);
                Shrink(most + most / Slack - size);
                address = map(size);
                if (address == 0)
                {
                    Shrink(0);
                    address = map(size);
                }
                if (address == 0)
                    return 0;
                Held += size;
            }
            _used.Add(address, size);
            _inUse += size;
            _most = Math.Max(_most, _inUse);
            return address;
        }
    }

    /// <summary>Keeps a block for later use; false where it is none of these.</summary>
    public bool Return(nint address)
    {
        lock (_lock)
        {
            if (!_used.Remove(address, out var size))
                return false;
            _inUse -= size;
            _free.Add((address, size));
            return true;
        }
    }

    private void Shrink(long limit)
    {
        var count = 0;
        for (; count < _free.Count && Held > limit; count++)
        {
            unmap(_free[count].Address, _free[count].Size);
            Held -= _free[count].Size;
        }
        _free.RemoveRange(0, count);
    }
}
