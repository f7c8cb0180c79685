using System.Text;

namespace Mindwright.Data;

/// <summary>CSV and TSV by RFC 4180: a header line, and quoted fields that may hold separators, quotes and line breaks.</summary>
internal static class CsvReader
{
    public static IEnumerable<Document> Read(Stream stream, char separator, ReadContext context)
    {
        var lines = new ByteRecords(stream, "\n"u8.ToArray(), context.Options.MaxRecordBytes);
        var record = new Record(separator);
        if (!TryRead(lines, record, context))
            yield break;
        record.Fields[0] = record.Fields[0].TrimStart('\uFEFF');
        var column = context.Columns.Select(name => record.Fields.IndexOf(name)).FirstOrDefault(index => index >= 0, -1);
        if (column < 0)
        {
            context.Bad(1, context.NoColumn(record.Fields));
            yield break;
        }
        var columns = record.Fields.Count;
        while (TryRead(lines, record, context))
        {
            if (record.Fields.Count != columns)
                context.Bad(record.Line, $"{record.Fields.Count} fields where the header has {columns}");
            else if (!string.IsNullOrWhiteSpace(record.Fields[column]))
                yield return context.Document(record.Fields[column], record.Line);
        }
    }

    /// <summary>Reads the next record that is well formed; false at the end.</summary>
    private static bool TryRead(ByteRecords lines, Record record, ReadContext context)
    {
        record.Clear();
        while (lines.TryRead(out var bytes))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (record.Line == 0)
                record.Line = lines.Number;
            if (lines.TooLong || record.Length + bytes.Length > context.Options.MaxRecordBytes)
            {
                context.Bad(record.Line, $"a record longer than {context.Options.MaxRecordBytes} bytes: a quote left open?");
                record.Clear();
            }
            else if (context.Decode(bytes, lines.Number, lines.Offset) is not { } line)
                record.Clear();
            else if (record.Add(line.TrimEnd('\r')))
            {
                if (record.Fields.Count > 1 || record.Fields[0].Length > 0)
                    return true;
                record.Clear();
            }
        }
        if (record.Line > 0)
            context.Bad(record.Line, "a quote that is never closed");
        return false;
    }

    /// <summary>A record under construction: lines are added until no quote is open.</summary>
    internal sealed class Record(char separator)
    {
        private readonly StringBuilder _field = new();
        private bool _quoted;

        public List<string> Fields { get; } = [];

        /// <summary>The number of its first line; 0 before that.</summary>
        public long Line { get; set; }

        /// <summary>Characters in the open field.</summary>
        public int Length => _field.Length;

        public void Clear()
        {
            Fields.Clear();
            _field.Clear();
            _quoted = false;
            Line = 0;
        }

        /// <summary>Takes the next line; true when the record is complete.</summary>
        public bool Add(string line)
        {
            if (_quoted)
                _field.Append('\n');
            for (var i = 0; i < line.Length; i++)
            {
                var c = line[i];
                if (_quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"')
                    _field.Append(line[i++]);
                else if (_quoted && c == '"')
                    _quoted = false;
                else if (_quoted)
                    _field.Append(c);
                else if (c == separator)
                    EndField();
                else if (c == '"' && _field.Length == 0)
                    _quoted = true;
                else
                    _field.Append(c);
            }
            if (_quoted)
                return false;
            EndField();
            return true;
        }

        private void EndField()
        {
            Fields.Add(_field.ToString());
            _field.Clear();
        }
    }
}
