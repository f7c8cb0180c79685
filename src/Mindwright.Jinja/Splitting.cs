namespace Mindwright.Jinja;

/// <summary>Taking strings apart as Python does; every part keeps the origin of its characters.</summary>
internal static class Splitting
{
    public static List<JinjaText> Split(Runtime runtime, JinjaText text, JinjaText separator, int most)
    {
        Check(runtime, text, separator);
        var parts = new List<JinjaText>();
        var start = 0;
        while (most < 0 || parts.Count < most)
        {
            var at = text.Value.IndexOf(separator.Value, start, StringComparison.Ordinal);
            if (at < 0)
                break;
            parts.Add(text.Slice(start, at - start));
            start = at + separator.Length;
        }
        parts.Add(text.Slice(start, text.Length - start));
        runtime.PayItems(parts.Count);
        return parts;
    }

    public static List<JinjaText> SplitLast(Runtime runtime, JinjaText text, JinjaText separator, int most)
    {
        Check(runtime, text, separator);
        var parts = new List<JinjaText>();
        var end = text.Length;
        while (most < 0 || parts.Count < most)
        {
            var at = text.Value.AsSpan(0, end).LastIndexOf(separator.Value);
            if (at < 0)
                break;
            parts.Add(text.Slice(at + separator.Length, end - at - separator.Length));
            end = at;
        }
        parts.Add(text.Slice(0, end));
        runtime.PayItems(parts.Count);
        parts.Reverse();
        return parts;
    }

    /// <summary>At runs of white space, none of which is part of anything.</summary>
    public static List<JinjaText> SplitSpaces(Runtime runtime, JinjaText text, int most)
    {
        var parts = new List<JinjaText>();
        for (var i = 0; ;)
        {
            while (i < text.Length && Characters.IsSpace(text.Value[i]))
                i++;
            if (i == text.Length)
                break;
            var start = i;
            if (most >= 0 && parts.Count == most)
            {
                parts.Add(text.Slice(start, text.Length - start));
                break;
            }
            while (i < text.Length && !Characters.IsSpace(text.Value[i]))
                i++;
            parts.Add(text.Slice(start, i - start));
        }
        runtime.PayItems(parts.Count);
        return parts;
    }

    public static List<JinjaText> SplitSpacesLast(Runtime runtime, JinjaText text, int most)
    {
        var parts = new List<JinjaText>();
        for (var i = text.Length; ;)
        {
            while (i > 0 && Characters.IsSpace(text.Value[i - 1]))
                i--;
            if (i == 0)
                break;
            var end = i;
            if (most >= 0 && parts.Count == most)
            {
                parts.Add(text.Slice(0, end));
                break;
            }
            while (i > 0 && !Characters.IsSpace(text.Value[i - 1]))
                i--;
            parts.Add(text.Slice(i, end - i));
        }
        runtime.PayItems(parts.Count);
        parts.Reverse();
        return parts;
    }

    public static List<JinjaText> Lines(Runtime runtime, JinjaText text, bool keepEnds)
    {
        var lines = new List<JinjaText>();
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !Characters.IsLineBreak(text.Value[end]))
                end++;
            var next = end == text.Length ? end : text.Value.AsSpan(end).StartsWith("\r\n") ? end + 2 : end + 1;
            lines.Add(text.Slice(start, (keepEnds ? next : end) - start));
            start = next;
        }
        runtime.PayItems(lines.Count);
        return lines;
    }

    public static Sequence Partition(Runtime runtime, JinjaText text, JinjaText separator, bool last)
    {
        Check(runtime, text, separator);
        var at = last ? text.Value.LastIndexOf(separator.Value, StringComparison.Ordinal) : text.Value.IndexOf(separator.Value, StringComparison.Ordinal);
        List<object> parts = at < 0
            ? last ? [JinjaText.Empty, JinjaText.Empty, text] : [text, JinjaText.Empty, JinjaText.Empty]
            : [text.Slice(0, at), text.Slice(at, separator.Length), text.Slice(at + separator.Length, text.Length - at - separator.Length)];
        return new Sequence(parts, isTuple: true);
    }

    public static JinjaText Replace(Runtime runtime, JinjaText text, JinjaText old, JinjaText replacement, int most)
    {
        var result = new TextBuilder(runtime.Budget);
        if (old.Length == 0)
        {
            // Python puts the replacement around every character.
            var left = most < 0 ? int.MaxValue : most;
            for (var i = 0; i < text.Length && left > 0; left--)
            {
                result.Append(replacement).Append(text, i, text.WidthAt(i));
                i += text.WidthAt(i);
                if (left == 1 || i == text.Length)
                    return i == text.Length && left > 1 ? result.Append(replacement).ToText() : result.Append(text, i, text.Length - i).ToText();
            }
            return left > 0 ? replacement : text;
        }
        var first = true;
        foreach (var part in Split(runtime, text, old, most))
        {
            if (!first)
                result.Append(replacement);
            first = false;
            result.Append(part);
        }
        return result.ToText();
    }

    private static void Check(Runtime runtime, JinjaText text, JinjaText separator)
    {
        if (separator.Length == 0)
            throw new JinjaError("a string cannot be split at the empty string");
        runtime.PaySearch(text, separator);
    }
}
