namespace Mindwright.Tokens.Formats;

/// <summary>
/// GPT-2's alphabet: each byte as a visible character, so that vocabularies can be written as text. Printable Latin-1
/// stands for itself; the other bytes follow from U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_chars = Build();
    private static readonly short[] s_bytes = Invert();

    /// <summary>A token's bytes in this alphabet.</summary>
    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        var chars = new char[bytes.Length];
        for (var i = 0; i < chars.Length; i++)
            chars[i] = s_chars[bytes[i]];
        return new string(chars);
    }

    /// <summary>The bytes of a token in this alphabet, or null where a character is none of it.</summary>
    public static byte[]? ToBytes(string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (text[i] >= s_bytes.Length || s_bytes[text[i]] < 0)
                return null;
            bytes[i] = (byte)s_bytes[text[i]];
        }
        return bytes;
    }

    private static char[] Build()
    {
        var chars = new char[256];
        var next = (char)0x100;
        for (var b = 0; b < 256; b++)
            chars[b] = b is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : next++;
        return chars;
    }

    private static short[] Invert()
    {
        var bytes = new short[s_chars.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var b = 0; b < 256; b++)
            bytes[s_chars[b]] = (short)b;
        return bytes;
    }
}
