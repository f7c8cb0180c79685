namespace Mindwright.Data;

/// <summary>Scripts that the language identifier tells apart.</summary>
internal enum Script : byte
{
    /// <summary>No letter, or of another script.</summary>
    None, Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari, Bengali, Tamil, Telugu, Malayalam, Thai, Tibetan,
    Myanmar, Georgian, Ethiopic, Khmer, Kana, Hangul, Han,
}

/// <summary>The script of a character, by Unicode blocks.</summary>
internal static class Scripts
{
    private static readonly Script[] s_scripts = [.. Enumerable.Range(0, 1 << 16).Select(c => ByBlock((char)c))];

    public static Script Of(char c) => s_scripts[c];

    private static Script ByBlock(char c) => c switch
    {
        < '\u0041' => Script.None,
        <= '\u007A' => char.IsAsciiLetter(c) ? Script.Latin : Script.None,
        < '\u00C0' => Script.None,
        <= '\u024F' => c is '×' or '÷' ? Script.None : Script.Latin,
        < '\u0370' => Script.None,
        <= '\u03FF' => Script.Greek,
        <= '\u052F' => Script.Cyrillic,
        <= '\u058F' => Script.Armenian,
        <= '\u05FF' => Script.Hebrew,
        <= '\u06FF' => Script.Arabic,
        < '\u0900' => Script.None,
        <= '\u097F' => Script.Devanagari,
        <= '\u09FF' => Script.Bengali,
        >= '\u0B80' and <= '\u0BFF' => Script.Tamil,
        >= '\u0C00' and <= '\u0C7F' => Script.Telugu,
        >= '\u0D00' and <= '\u0D7F' => Script.Malayalam,
        >= '\u0E00' and <= '\u0E7F' => Script.Thai,
        >= '\u0F00' and <= '\u0FFF' => Script.Tibetan,
        >= '\u1000' and <= '\u109F' => Script.Myanmar,
        >= '\u10A0' and <= '\u10FF' => Script.Georgian,
        >= '\u1200' and <= '\u137F' => Script.Ethiopic,
        >= '\u1780' and <= '\u17FF' => Script.Khmer,
        >= '\u1E00' and <= '\u1EFF' => Script.Latin,
        >= '\u1F00' and <= '\u1FFF' => Script.Greek,
        >= '\u3040' and <= '\u30FF' => Script.Kana,
        >= '\u3400' and <= '\u9FFF' => Script.Han,
        >= '\uAC00' and <= '\uD7A3' => Script.Hangul,
        _ => Script.None,
    };
}
