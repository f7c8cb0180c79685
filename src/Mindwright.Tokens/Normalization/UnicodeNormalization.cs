using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens.Normalization;

/// <summary>
/// Unicode normalization forms C and KC (UAX #15). Written here because the platform's needs ICU, which a program in
/// globalization-invariant mode goes without, and because its result must not depend on the machine: the tables are those
/// of Unicode 9.0, by which Hugging Face's tokenizers normalize; characters that came later stay as they are.
/// </summary>
internal static class UnicodeNormalization
{
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7, LCount = 19, VCount = 21, TCount = 28, SCount = LCount * VCount * TCount;

    private static readonly Lazy<Tables> s_tables = new(Tables.Read);

    /// <summary>The text in form C (or KC), or null where it is so already. Bytes that are not valid UTF-8 stay.</summary>
    public static byte[]? Compose(ReadOnlySpan<byte> text, bool compatibility)
    {
        // Below U+0300 nothing combines, and what decomposes canonically composes again.
        if (text.IndexOfAnyInRange((byte)(compatibility ? 0x80 : 0xCC), (byte)0xFF) < 0)
            return null;
        var tables = s_tables.Value;
        var unstable = compatibility ? tables.UnstableCompatible : tables.Unstable;
        List<byte>? result = null;
        var copied = 0;
        var stable = 0;
        for (var position = 0; position < text.Length;)
        {
            if (!IsUnstable(text, position, unstable, out var length))
            {
                stable = position;
                position += length;
                continue;
            }
            // A stable character neither changes nor joins what stands before it: so the work lies between two of them.
            var end = position;
            while (end < text.Length && IsUnstable(text, end, unstable, out length))
                end += length;
            result ??= new List<byte>(text.Length + 16);
            result.AddRange(text[copied..stable]);
            ComposePart(text[stable..end], compatibility, tables, result);
            copied = stable = position = end;
        }
        if (result is null)
            return null;
        result.AddRange(text[copied..]);
        return [.. result];
    }

    private static bool IsUnstable(ReadOnlySpan<byte> text, int position, ulong[] unstable, out int length)
    {
        uint codePoint = text[position];
        length = 1;
        if (codePoint >= 0x80 && !CharClasses.Decode(ref MemoryMarshal.GetReference(text), position, text.Length, out length, out codePoint))
            return false;
        return (unstable[codePoint >> 6] >> (int)codePoint & 1) != 0;
    }

    private static void ComposePart(ReadOnlySpan<byte> text, bool compatibility, Tables tables, List<byte> result)
    {
        var decomposed = new List<(int CodePoint, byte Class)>(text.Length);
        var position = 0;
        while (position < text.Length)
        {
            var length = 1;
            uint codePoint = text[position];
            if (codePoint >= 0x80 && !CharClasses.Decode(ref MemoryMarshal.GetReference(text), position, text.Length, out length, out codePoint))
                codePoint = Invalid | text[position];
            tables.Decompose((int)codePoint, compatibility, decomposed);
            position += length;
        }
        Reorder(decomposed);
        Encode(Recompose(decomposed, tables), result);
    }

    // A byte that belongs to no character travels as a number beyond all code points.
    private const uint Invalid = 0x200000;

    private static void Reorder(List<(int CodePoint, byte Class)> text)
    {
        for (var i = 0; i < text.Count; i++)
        {
            if (text[i].Class == 0)
                continue;
            var end = i;
            while (end < text.Count && text[end].Class != 0)
                end++;
            var run = text.GetRange(i, end - i).OrderBy(c => c.Class).ToList(); // A stable sort, as it must be.
            for (var k = 0; k < run.Count; k++)
                text[i + k] = run[k];
            i = end;
        }
    }

    private static List<(int CodePoint, byte Class)> Recompose(List<(int CodePoint, byte Class)> text, Tables tables)
    {
        var result = new List<(int CodePoint, byte Class)>(text.Count);
        var starter = -1;
        foreach (var next in text)
        {
            // Blocked (D115): something between the starter and this has its class or a higher one, or is a starter.
            if (starter >= 0 && (starter == result.Count - 1 || (result[^1].Class < next.Class && result[^1].Class != 0))
                && tables.TryCompose(result[starter].CodePoint, next.CodePoint, out var composed))
            {
                result[starter] = (composed, 0);
                continue;
            }
            if (next.Class == 0)
                starter = result.Count;
            result.Add(next);
        }
        return result;
    }

    private static void Encode(List<(int CodePoint, byte Class)> text, List<byte> bytes)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var (codePoint, _) in text)
        {
            if (codePoint >= Invalid)
                bytes.Add((byte)codePoint);
            else
                bytes.AddRange(utf8[..new Rune(codePoint).EncodeToUtf8(utf8)]);
        }
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, int[]> _canonical = [];
        private readonly Dictionary<int, int[]> _compatible = [];
        private readonly Dictionary<(int, int), int> _compositions = [];
        private readonly Dictionary<int, byte> _classes = [];

        /// <summary>A bit for each code point that may change or join its predecessor in form C.</summary>
        public ulong[] Unstable { get; } = new ulong[0x110000 / 64];

        /// <summary>The same in form KC.</summary>
        public ulong[] UnstableCompatible { get; } = new ulong[0x110000 / 64];

        public static Tables Read()
        {
            var tables = new Tables();
            using var reader = new StreamReader(typeof(Tables).Assembly.GetManifestResourceStream("normalization.txt")!);
            while (reader.ReadLine() is { } line)
            {
                var fields = line.Split(' ');
                if (fields[0] == "U")
                    continue;
                var first = Hex(fields[1]);
                if (fields[0] == "M")
                {
                    for (var code = first; code <= Hex(fields[2]); code++)
                        tables._classes[code] = byte.Parse(fields[3], CultureInfo.InvariantCulture);
                    continue;
                }
                int[] parts = [.. fields.Skip(2).Select(Hex)];
                (fields[0] == "K" ? tables._compatible : tables._canonical)[first] = parts;
                if (fields[0] == "C")
                    tables._compositions[(parts[0], parts[1])] = first;
            }
            tables.MarkUnstable();
            return tables;

            static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        private void MarkUnstable()
        {
            foreach (var code in _classes.Keys
                .Concat(_compositions.Keys.Select(pair => pair.Item2))
                .Concat(_canonical.Keys.Except(_compositions.Values))
                .Concat(Enumerable.Range(VBase, VCount)).Concat(Enumerable.Range(TBase, TCount)))
                Unstable[code >> 6] |= 1UL << code;
            Unstable.CopyTo(UnstableCompatible, 0);
            // What decomposes canonically into something that has a compatibility decomposition may change, too.
            foreach (var code in _compatible.Keys.Concat(_canonical.Keys))
                UnstableCompatible[code >> 6] |= 1UL << code;
        }

        public void Decompose(int codePoint, bool compatibility, List<(int CodePoint, byte Class)> result)
        {
            if (codePoint is >= SBase and < SBase + SCount)
            {
                var index = codePoint - SBase;
                result.Add((LBase + index / (VCount * TCount), 0));
                result.Add((VBase + index % (VCount * TCount) / TCount, 0));
                if (index % TCount != 0)
                    result.Add((TBase + index % TCount, 0));
            }
            else if (codePoint >= 0xA0 && (_canonical.TryGetValue(codePoint, out var parts) || (compatibility && _compatible.TryGetValue(codePoint, out parts))))
            {
                foreach (var part in parts)
                    Decompose(part, compatibility, result);
            }
            else
            {
                result.Add((codePoint, codePoint < 0x300 ? (byte)0 : _classes.GetValueOrDefault(codePoint)));
            }
        }

        public bool TryCompose(int first, int second, out int composed)
        {
            if (first is >= LBase and < LBase + LCount && second is >= VBase and < VBase + VCount)
            {
                composed = SBase + ((first - LBase) * VCount + second - VBase) * TCount;
                return true;
            }
            if (first is >= SBase and < SBase + SCount && (first - SBase) % TCount == 0 && second is > TBase and < TBase + TCount)
            {
                composed = first + second - TBase;
                return true;
            }
            return _compositions.TryGetValue((first, second), out composed);
        }
    }
}
