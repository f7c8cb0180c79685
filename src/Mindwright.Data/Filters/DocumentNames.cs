using System.Buffers.Binary;
using System.Globalization;

namespace Mindwright.Data;

/// <summary>
/// The names of many documents in little memory: the part of <c>books.jsonl:1234</c> before the number is stored once, so that a name takes
/// twelve bytes.
/// </summary>
internal sealed class DocumentNames
{
    private const long NoNumber = -1;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _beginnings = [];

    // The index of the beginning, and the number.
    private readonly FixedRecords _names = new(sizeof(int) + sizeof(long));

    public DocumentNames() => _lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The name that was added as number <paramref name="index"/>.</summary>
    public string this[int index]
    {
        get
        {
            var name = _names[index];
            var beginning = _beginnings[BinaryPrimitives.ReadInt32LittleEndian(name)];
            var number = BinaryPrimitives.ReadInt64LittleEndian(name[sizeof(int)..]);
            return number == NoNumber ? beginning : string.Create(CultureInfo.InvariantCulture, $"{beginning}:{number}");
        }
    }

    /// <summary>Adds a name.</summary>
    public void Add(string name)
    {
        var colon = name.LastIndexOf(':');
        var digits = name.AsSpan(colon + 1);
        // Only what comes back the same: no sign, no leading zero.
        var isNumber = colon >= 0 && digits.Length is > 0 and < 19 && digits.IndexOfAnyExceptInRange('0', '9') < 0 && (digits[0] != '0' || digits.Length == 1);
        var beginning = isNumber ? name.AsSpan(0, colon) : name;
        if (!_lookup.TryGetValue(beginning, out var index))
        {
            index = _beginnings.Count;
            _beginnings.Add(beginning.ToString());
            _lookup[beginning] = index;
        }
        Span<byte> record = stackalloc byte[sizeof(int) + sizeof(long)];
        BinaryPrimitives.WriteInt32LittleEndian(record, index);
        BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(int)..], isNumber ? long.Parse(digits, CultureInfo.InvariantCulture) : NoNumber);
        _names.Add(record);
    }
}
