using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Mindwright.Data;

/// <summary>Arrow, the stream format (as Hugging Face datasets write it) and the file format: one text column, a batch at a time.</summary>
internal static class ArrowTextReader
{
    public static IEnumerable<Document> Read(Stream stream, ReadContext context)
    {
        using var reader = Guard(() => Open(stream));
        long row = 0;
        while (Guard(reader.ReadNextRecordBatch) is { } batch)
        {
            using (batch)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var texts = context.Columns
                    .Where(name => batch.Schema.FieldsLookup.Contains(name))
                    .Select(name => Texts(batch.Column(name)))
                    .FirstOrDefault(column => column is not null);
                if (texts is null)
                {
                    context.Bad(context.Name, context.NoColumn(batch.Schema.FieldsList.Select(field => field.Name)));
                    yield break;
                }
                for (var i = 0; i < batch.Length; i++)
                {
                    row++;
                    var text = Guard(() => texts(i));
                    if (!string.IsNullOrWhiteSpace(text))
                        yield return context.Document(text, row);
                }
            }
        }
    }

    private static ArrowStreamReader Open(Stream stream)
    {
        var magic = new byte[6];
        stream.ReadExactly(magic);
        var whole = new ConcatenatedStream(new MemoryStream(magic), stream);
        if (!magic.AsSpan().SequenceEqual("ARROW1"u8))
            return new ArrowStreamReader(whole);
        if (!stream.CanSeek)
            throw new InvalidDataException("the Arrow file format cannot be read in place when it is compressed: unpack it first");
        stream.Position = 0;
        return new ArrowFileReader(stream);
    }

    private static Func<int, string?>? Texts(IArrowArray column) => column switch
    {
        StringArray strings => index => strings.GetString(index),
        LargeStringArray strings => index => strings.GetString(index),
        StringViewArray strings => index => strings.GetString(index),
        _ => null,
    };

    /// <summary>The library reports damage by whatever exception its parser meets.</summary>
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidDataException($"broken or unsupported Arrow: {e.Message}", e);
        }
    }
}
