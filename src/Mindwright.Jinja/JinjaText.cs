namespace Mindwright.Jinja;

/// <summary>
/// A text that knows for each of its characters whether the template itself wrote it (trusted) or whether it came in with a variable
/// (untrusted). The origin survives all that a template can do: cutting, joining, replacing, changing case, <c>tojson</c>.
/// </summary>
/// <remarks>
/// A chat template writes the special tokens that separate turns, and the messages between them can spell the same tokens. Recognizing
/// special tokens in trusted characters alone keeps content from forging a turn. Two texts are equal if their characters are, whatever
/// the origin. Immutable and thread-safe.
/// </remarks>
public sealed class JinjaText : IEquatable<JinjaText>
{
    private readonly bool _isTrusted;
    private readonly bool[]? _origins; // null: every character's origin is _isTrusted
    private int _codePoints = -1;

    private JinjaText(string value, bool isTrusted, bool[]? origins)
    {
        Value = value;
        _isTrusted = isTrusted;
        _origins = origins;
    }

    internal static JinjaText Empty { get; } = new("", true, null);

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <summary>
    /// A text that counts as the template's own: for variables that hold parts of the frame, such as the text of a token that begins
    /// every conversation.
    /// </summary>
    public static JinjaText Trusted(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, true, null);
    }

    /// <summary>A text from outside: what a <see cref="string"/> among the variables becomes.</summary>
    public static JinjaText Untrusted(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, false, null);
    }

    internal static JinjaText Mixed(string value, bool[] origins) =>
        !origins.AsSpan().Contains(false) ? Trusted(value) : !origins.AsSpan().Contains(true) ? Untrusted(value) : new(value, false, origins);

    /// <summary>Whether the template wrote the character at an index into <see cref="Value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the text.</exception>
    public bool IsTrusted(int index) => (uint)index < (uint)Length
        ? _origins?[index] ?? _isTrusted
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"the text has the characters 0 to {Length - 1}");

    /// <summary>Whether the template wrote every character.</summary>
    internal bool IsAllTrusted => _origins is null && _isTrusted;

    /// <summary>Length in UTF-16 units, which indices into <see cref="Value"/> count.</summary>
    public int Length => Value.Length;

    /// <summary>Length as Python counts it.</summary>
    internal int CodePoints
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
    internal int IndexOf(int codePoint)
    {
        if (CodePoints == Length)
            return codePoint;
        var index = 0;
        for (; codePoint > 0; codePoint--)
            index += WidthAt(index);
        return index;
    }

    /// <summary>UTF-16 units of the code point at an index.</summary>
    internal int WidthAt(int index) => index + 1 < Length && char.IsSurrogatePair(Value[index], Value[index + 1]) ? 2 : 1;

    /// <summary>Part of the text, by indices into <see cref="Value"/>.</summary>
    internal JinjaText Slice(int start, int length)
    {
        if (length == Length)
            return this;
        if (length == 0)
            return Empty;
        var value = Value.Substring(start, length);
        return _origins is null ? new(value, _isTrusted, null) : Mixed(value, _origins[start..(start + length)]);
    }

    /// <summary>Another text of the same length, character for character of the same origin.</summary>
    internal JinjaText With(string value) =>
        value.Length == Length ? new(value, _isTrusted, _origins) : throw new ArgumentException("the length changed", nameof(value));

    internal JinjaText Trim(bool start, bool end, string? characters = null)
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

    /// <inheritdoc/>
    public bool Equals(JinjaText? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JinjaText);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
