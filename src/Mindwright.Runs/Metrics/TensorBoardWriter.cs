using System.Buffers.Binary;

namespace Mindwright.Runs;

/// <summary>
/// Writes an event file that TensorBoard reads: TFRecord frames around <c>Event</c> messages (tensorflow/core/util/event.proto), with scalars
/// and text.
/// </summary>
internal sealed class TensorBoardWriter : IDisposable
{
    private const int StringType = 7; // DT_STRING

    private readonly FileStream _stream;

    /// <summary>Creates the file, replacing one that is there, and writes the event with the format's version.</summary>
    /// <param name="path">Its name must contain <c>tfevents</c>, by which TensorBoard finds it.</param>
    /// <param name="time">When the run began: seconds since 1970 (UTC).</param>
    public TensorBoardWriter(string path, double time)
    {
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        Record(new ProtobufWriter().Double(1, time).Text(3, "brain.Event:2"));
    }

    /// <summary>Writes values of one step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="time">Seconds since 1970 (UTC).</param>
    /// <param name="values">Values by tag; a slash in a tag makes a group.</param>
    public void Scalars(long step, double time, IEnumerable<(string Tag, double Value)> values)
    {
        var summary = new ProtobufWriter();
        foreach (var (tag, value) in values)
            summary.Message(1, new ProtobufWriter().Text(1, tag).Float(2, (float)value));
        Record(Event(step, time).Message(5, summary));
    }

    /// <summary>Writes a text of one step, which TensorBoard shows as Markdown.</summary>
    public void Text(string tag, long step, double time, string text)
    {
        var tensor = new ProtobufWriter()
            .Varint(1, StringType)
            .Message(2, new ProtobufWriter().Message(2, new ProtobufWriter().Varint(1, 1))) // shape [1]
            .Text(8, text);
        var metadata = new ProtobufWriter().Message(1, new ProtobufWriter().Text(1, "text"));
        Record(Event(step, time).Message(5, new ProtobufWriter().Message(1, new ProtobufWriter().Text(1, tag).Message(9, metadata).Message(8, tensor))));
    }

    /// <summary>Passes what was written to the operating system, so that TensorBoard sees it.</summary>
    public void Flush() => _stream.Flush();

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static ProtobufWriter Event(long step, double time) => new ProtobufWriter().Double(1, time).Varint(2, step);

    // A frame: length, its checksum, the message, its checksum.
    private void Record(ProtobufWriter message)
    {
        Span<byte> head = stackalloc byte[sizeof(long) + sizeof(uint)];
        BinaryPrimitives.WriteInt64LittleEndian(head, message.Written.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(long)..], Crc32C.Masked(head[..sizeof(long)]));
        Span<byte> tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Crc32C.Masked(message.Written));
        _stream.Write(head);
        _stream.Write(message.Written);
        _stream.Write(tail);
    }
}
