using System.Buffers;
using System.Text.Json;
using Mindwright.Runs.Files;

namespace Mindwright.Runs;

/// <summary>One line of <c>metrics.jsonl</c>.</summary>
/// <param name="Stage">The stage that measured.</param>
/// <param name="Step">Optimizer steps of that stage done when it measured.</param>
/// <param name="Values">What was measured, in the order of the line; NaN where the line has null.</param>
/// <param name="Time">When it was measured: seconds since 1970 (UTC); 0 where the line doesn't say.</param>
public sealed record MetricsRow(string Stage, long Step, IReadOnlyList<KeyValuePair<string, double>> Values, double Time)
{
    /// <summary>Suffix of the stage's name in lines of evaluations on held-out data.</summary>
    public const string EvaluationSuffix = "-eval";

    /// <summary>Whether a stage wrote this line, in its steps or in an evaluation.</summary>
    public bool IsOf(string stage) =>
        Stage.StartsWith(stage, StringComparison.Ordinal) && Stage.AsSpan(stage.Length) is "" or EvaluationSuffix;

    /// <summary>A value by name; null where the line lacks it.</summary>
    public double? this[string name] => Values.FirstOrDefault(v => v.Key == name) is { Key: not null } found ? found.Value : null;
}

/// <summary>
/// The file <c>metrics.jsonl</c> of a run: one JSON object a line, <c>{"stage":"pretrain","step":12,"time":1773500966.5,"loss":3.25,…}</c>,
/// in the order of the steps.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly TimeProvider _time;
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Opens the file to append to it, and cuts off a last line that a killed writer left unfinished.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <param name="time">The clock; the system's if null.</param>
    /// <exception cref="InvalidDataException">A line in the middle is damaged; the message names it.</exception>
    public MetricsLog(string path, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1);
        CutAt(long.MaxValue);
    }

    /// <summary>How often lines were removed; a reader that follows the file starts over when this changes.</summary>
    internal int Cuts { get; private set; }

    /// <summary>Size of the file in bytes.</summary>
    public long Length => _stream.Length;

    /// <summary>
    /// Appends a line. It reaches the operating system before the call returns, so that it survives the end of the process.
    /// </summary>
    /// <param name="stage">The stage that measures; in an evaluation, with <see cref="MetricsRow.EvaluationSuffix"/>.</param>
    /// <param name="step">Optimizer steps of the stage done so far.</param>
    /// <param name="values">Names in snake_case; a value that is not finite is written as null, since JSON cannot express it.</param>
    public void Append(string stage, long step, params ReadOnlySpan<(string Name, double Value)> values)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("stage", stage);
            json.WriteNumber("step", step);
            json.WriteNumber("time", _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
            foreach (var (name, value) in values)
                if (double.IsFinite(value))
                    json.WriteNumber(name, value);
                else
                    json.WriteNull(name);
            json.WriteEndObject();
        }
        _line.Write("\n"u8);
        Durable.Guard(_stream.Name, () =>
        {
            _stream.Write(_line.WrittenSpan);
            _stream.Flush();
            return true;
        });
    }

    /// <summary>Flushes all lines to the disk, as is done before a checkpoint is saved.</summary>
    public void FlushToDisk() => _stream.Flush(flushToDisk: true);

    /// <summary>Drops every line that ends after a byte position.</summary>
    internal void CutAt(long position)
    {
        // The end of a line, even if the file was edited since the position was recorded.
        var end = Lines(_stream).Select(line => line.End).TakeWhile(lineEnd => lineEnd <= position).LastOrDefault();
        if (end < _stream.Length)
        {
            Cuts++;
            _stream.SetLength(end);
            _stream.Flush(flushToDisk: true);
        }
        _stream.Position = end;
    }

    /// <summary>Where a stage's first line from a byte position on starts; null where there is none.</summary>
    internal long? Find(string stage, long position)
    {
        foreach (var line in Lines(_stream, position))
            if (line.Row.IsOf(stage))
                return line.Start;
        return null;
    }

    /// <summary>Reads the lines of a file, which another process may be writing to; an incomplete last line is left out.</summary>
    /// <exception cref="InvalidDataException">A line in the middle is not an object with a stage and a step; the message names it.</exception>
    public static IEnumerable<MetricsRow> Read(string path) => ReadFrom(path, 0).Select(line => line.Row);

    /// <summary>Reads the lines from a byte position on, with the positions at which they end, from which a later call can continue.</summary>
    internal static IEnumerable<(MetricsRow Row, long End)> ReadFrom(string path, long position)
    {
        if (!File.Exists(path))
            yield break;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        foreach (var line in Lines(stream, position))
            yield return (line.Row, line.End);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // The last line may be truncated or, after a power failure, consist of zeros; a bad line before others is an error.
    private static IEnumerable<(MetricsRow Row, long Start, long End)> Lines(FileStream stream, long position = 0)
    {
        stream.Position = position;
        using var reader = new LineReader(stream, position);
        (int Number, Exception Error)? bad = null;
        for (var number = 1; reader.TryRead(out var line); number++)
        {
            if (bad is var (badNumber, error))
                throw new InvalidDataException($"{stream.Name}, line {badNumber}: {error.Message} Fix or delete the line to continue.", error);
            MetricsRow row;
            try
            {
                row = Parse(line);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                bad = (number, e);
                continue;
            }
            yield return (row, reader.Start, reader.End);
        }
    }

    private static MetricsRow Parse(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var values = new List<KeyValuePair<string, double>>();
        foreach (var property in root.EnumerateObject())
            if (property.Name is not ("stage" or "step" or "time"))
                values.Add(new(property.Name, property.Value.ValueKind == JsonValueKind.Null ? double.NaN : property.Value.GetDouble()));
        return new MetricsRow(root.GetProperty("stage").GetString()!, root.GetProperty("step").GetInt64(), values, root.TryGetProperty("time", out var time) ? time.GetDouble() : 0);
    }
}
