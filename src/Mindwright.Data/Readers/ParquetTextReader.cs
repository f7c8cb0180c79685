using Parquet;
using Parquet.Schema;

namespace Mindwright.Data;

/// <summary>Parquet: one text column, a row group at a time.</summary>
internal static class ParquetTextReader
{
    public static IEnumerable<Document> Read(Stream stream, ReadContext context)
    {
        if (!stream.CanSeek)
            throw new InvalidDataException("a compressed Parquet file cannot be read in place: unpack it first");
        var reader = Guard(() => ParquetReader.CreateAsync(stream, cancellationToken: context.Cancellation).GetAwaiter().GetResult());
        try
        {
            var fields = reader.Schema.GetDataFields();
            var field = context.Columns
                .Select(name => Array.Find(fields, field => field.Path.ToString() == name))
                .FirstOrDefault(field => field is { MaxRepetitionLevel: 0 } && IsText(field));
            if (field is null)
            {
                context.Bad(context.Name, context.NoColumn(fields.Select(Describe)));
                yield break;
            }
            long row = 0;
            for (var group = 0; group < reader.RowGroupCount; group++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var (strings, bytes) = Guard(() => Column(reader, group, field, context.Cancellation));
                for (var i = 0; i < Math.Max(strings.Length, bytes.Length); i++)
                {
                    row++;
                    var text = bytes.Length == 0 ? strings[i] : bytes[i] is { } raw ? context.Decode(raw, row, 0) : null;
                    if (!string.IsNullOrWhiteSpace(text))
                        yield return context.Document(text, row);
                }
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static bool IsText(DataField field) =>
        field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(ReadOnlyMemory<byte>);

    /// <summary>A column's name, and what it holds where that is no text.</summary>
    private static string Describe(DataField field) =>
        field.MaxRepetitionLevel > 0 ? $"{field.Path} (a list)" : IsText(field) ? $"{field.Path}" : $"{field.Path} ({field.ClrType.Name})";

    /// <summary>One column of a row group: as strings, or as bytes where the file doesn't declare them to be UTF-8.</summary>
    private static (string?[] Strings, byte[]?[] Bytes) Column(
        ParquetReader reader, int group, DataField field, CancellationToken cancellation)
    {
        using var rows = reader.OpenRowGroupReader(group);
        if (field.ClrType == typeof(ReadOnlyMemory<byte>))
        {
            var bytes = new byte[]?[rows.RowCount];
            rows.ReadAsync(field, bytes.AsMemory()!, null, cancellation).AsTask().GetAwaiter().GetResult();
            return ([], bytes);
        }
        var strings = new string?[rows.RowCount];
        rows.ReadAsync(field, strings.AsMemory()!, null, cancellation).AsTask().GetAwaiter().GetResult();
        return (strings, []);
    }

    /// <summary>The library reports damage by whatever exception its parser meets.</summary>
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidDataException($"broken or unsupported Parquet: {e.Message}", e);
        }
    }
}
