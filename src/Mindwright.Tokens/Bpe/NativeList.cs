using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mindwright.Tokens.Bpe;

/// <summary>A growing list outside the managed heap, so that encoding allocates nothing but its result.</summary>
internal sealed unsafe class NativeList<T>
    where T : unmanaged
{
    private const nuint KeptBytes = 4 << 20;
    private T* _items;
    private nuint _capacity;

    ~NativeList() => NativeMemory.Free(_items);

    public int Count { get; set; }

    public Span<T> Span => new(_items, Count);

    /// <summary>The item at an index, which is not checked.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _items[index];
    }

    /// <summary>Adds space for some more items, and returns it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Reserve(int more)
    {
        if ((nuint)Count + (nuint)more > _capacity)
            Grow(more);
        return _items + Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        *Reserve(1) = item;
        Count++;
    }

    public void Add(ReadOnlySpan<T> items)
    {
        items.CopyTo(new Span<T>(Reserve(items.Length), items.Length));
        Count += items.Length;
    }

    /// <summary>Adds a value some times.</summary>
    public void Fill(T value, int count)
    {
        new Span<T>(Reserve(count), count).Fill(value);
        Count += count;
    }

    /// <summary>Empties the list and frees what an unusually long text needed.</summary>
    public void Clear()
    {
        Count = 0;
        if (_capacity * (nuint)sizeof(T) <= KeptBytes)
            return;
        NativeMemory.Free(_items);
        _items = null;
        _capacity = 0;
    }

    private void Grow(int more)
    {
        var capacity = Math.Max((nuint)checked(Count + more), Math.Max(1024, _capacity + _capacity / 2));
        _items = (T*)NativeMemory.Realloc(_items, capacity * (nuint)sizeof(T));
        _capacity = capacity;
    }
}
