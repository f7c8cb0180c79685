using System.Text;

namespace Mindwright.Data;

/// <summary>Plain text and Markdown: documents between separators; a longer text is split at a paragraph or line.</summary>
internal static class PlainTextReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static IEnumerable<Document> Read(Stream stream, ReadContext context)
    {
        var records = new ByteRecords(stream, Encoding.UTF8.GetBytes(context.Options.Separator), context.Options.MaxTextBytes);
        while (TryRead(records, context, out var text))
            if (!string.IsNullOrWhiteSpace(text))
                yield return context.Document(text, records.Offset);
    }

    /// <summary>False at the end of the stream; the text is null where it was bad.</summary>
    private static bool TryRead(ByteRecords records, ReadContext context, out string? text)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        text = null;
        if (!records.TryRead(out var bytes))
            return false;
        if (records.TooLong)
        {
            var cut = CutAt(bytes);
            if (cut == 0)
            {
                // Only a text without any line break reaches the limit without a place to cut.
                context.Bad(records.Offset, $"a line longer than {context.Options.MaxTextBytes} bytes");
                return true;
            }
            records.Unread(bytes.Length - cut);
            bytes = bytes[..cut];
        }
        if (records.Offset == 0 && bytes.StartsWith(ByteOrderMark))
            bytes = bytes[ByteOrderMark.Length..];
        text = context.Decode(bytes, records.Offset, records.Offset)?.ReplaceLineEndings("\n").Trim('\n');
        return true;
    }

    /// <summary>The end of the last paragraph in the second half, or else of the last line; 0 where there is none.</summary>
    private static int CutAt(ReadOnlySpan<byte> bytes)
    {
        var paragraph = bytes.LastIndexOf("\n\n"u8);
        return paragraph > bytes.Length / 2 ? paragraph + 2 : bytes.LastIndexOf((byte)'\n') + 1;
    }
}
