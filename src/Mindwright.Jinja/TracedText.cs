namespace Mindwright.Jinja;

/// <summary>
/// A text that remembers which of its characters the template itself wrote. Special tokens are recognised in those alone, so
/// what a message says cannot forge a turn, however the template cuts, joins or rewrites it.
/// </summary>
internal sealed class TracedText : IEquatable<TracedText>
{
    private readonly bool _isOwn;
    private readonly bool[]? _own; // null: every character's origin is _isOwn
    private int _codePoints = -1;

    private TracedText(string value, bool isOwn, bool[]? own)
    {
        Value = value;
        _isOwn = isOwn;
        _own = own;
    }

    public static TracedText Empty { get; } = new("", true, null);

    public string Value { get; }

    /// <summary>A text that the template wrote, or one as trusted.</summary>
    public static TracedText Own(string value) => new(value, true, null);

    /// <summary>A text from outside: content, names, arguments.</summary>
    public static TracedText Given(string value) => new(value, false, null);

    public static TracedText Mixed(string value, bool[] own) =>
        Array.TrueForAll(own, o => o) ? Own(value) : Array.TrueForAll(own, o => !o) ? Given(value) : new(value, false, own);

    /// <summary>Whether the template wrote the character at an index into <see cref="Value"/>.</summary>
    public bool IsOwn(int index) => _own?[index] ?? _isOwn;

    public bool IsAllOwn => _own is null && _isOwn;

    /// <summary>Length in UTF-16 units, which indices into <see cref="Value"/> count.</summary>
    public int Length => Value.Length;

    /// <summary>Length as Python counts it.</summary>
    public int CodePoints
    {
        get
        {
            if (_codePoints < 0)
            {
                _codePoints = Value.Length;
                for (var i = 0; i + 1 < Value.Length; i++)
                    if (char.IsSurrogatePair(Value[i], Value[i + 1]))
                        _codePoints--;
            }
            return _codePoints;
        }
    }

    /// <summary>The index into <see cref="Value"/> of a code point, up to and including the end.</summary>
    public int IndexOf(int codePoint)
    {
        if (CodePoints == Length)
            return codePoint;
        var index = 0;
        for (; codePoint > 0; codePoint--)
            index += WidthAt(index);
        return index;
    }

    /// <summary>UTF-16 units of the code point at an index.</summary>
    public int WidthAt(int index) => index + 1 < Length && char.IsSurrogatePair(Value[index], Value[index + 1]) ? 2 : 1;

    /// <summary>Part of the text, by indices into <see cref="Value"/>.</summary>
    public TracedText Slice(int start, int length)
    {
        if (length == Length)
            return this;
        if (length == 0)
            return Empty;
        var value = Value.Substring(start, length);
        return _own is null ? new(value, _isOwn, null) : Mixed(value, _own[start..(start + length)]);
    }

    /// <summary>Another text of the same length, character for character of the same origin.</summary>
    public TracedText With(string value) =>
        value.Length == Length ? new(value, _isOwn, _own) : throw new ArgumentException("the length changed", nameof(value));

    public TracedText Trim(bool start, bool end, string? characters = null)
    {
        var first = 0;
        var last = Length;
        while (start && first < last && Matches(Value[first]))
            first++;
        while (end && last > first && Matches(Value[last - 1]))
            last--;
        return Slice(first, last - first);

        bool Matches(char c) => characters is null ? Characters.IsSpace(c) : characters.Contains(c, StringComparison.Ordinal);
    }

    public bool Equals(TracedText? other) => other is not null && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as TracedText);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;
}
