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

    // A block that is larger than asked by this part fits; so much more than was ever in use may be held, or LeastSlack. More would be lost memory;
    // with less, the phases of a step (products, then the optimizer's) take each other's blocks away.
    private const int Slack = 8;
    private const long LeastSlack = 16 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<nint, (long Size, long Asked)> _used = [];
    private readonly List<(nint Address, long Size)> _free = []; // the longest unused first
    private long _inUse;
    private long _most;

    /// <summary>Bytes in use and kept for use.</summary>
    public long Held { get; private set; }

    private long Allowed => _most + Math.Max(_most / Slack, LeastSlack);

    /// <summary>A block of at least so many bytes; 0 where the system has none.</summary>
    public nint Take(long size)
    {
        lock (_lock)
        {
            size = (size + Page - 1) / Page * Page;
            var before = _most;
            _inUse += size;
            _most = Math.Max(_most, _inUse);
            var best = -1;
            for (var i = _free.Count - 1; i >= 0; i--)
                if (_free[i].Size >= size && (best < 0 || _free[i].Size < _free[best].Size))
                    best = i;
            // A block that is much too large is taken only where a new one would be too much.
            if (best >= 0 && (_free[best].Size <= size + size / Slack || Held + size > Allowed))
            {
                var (block, length) = _free[best];
                _free.RemoveAt(best);
                _used.Add(block, (length, size));
                return block;
            }
            Shrink(Allowed - size);
            var address = map(size);
            if (address == 0)
            {
                Shrink(0);
                address = map(size);
            }
            if (address == 0)
            {
                (_inUse, _most) = (_inUse - size, before); // what was never to be had allows nothing
                return 0;
            }
            Held += size;
            _used.Add(address, (size, size));
            return address;
        }
    }

    /// <summary>Keeps a block for later use; false where it is none of these.</summary>
    public bool Return(nint address)
    {
        lock (_lock)
        {
            if (!_used.Remove(address, out var block))
                return false;
            _inUse -= block.Asked;
            _free.Add((address, block.Size));
            Shrink(Allowed);
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
