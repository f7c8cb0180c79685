using System.Buffers.Binary;
using System.Text;
using Mindwright.Runs;

namespace Mindwright.Runs.Tests;

/// <summary>One value of an event file, read back by the format's description (TFRecord, event.proto, summary.proto, tensor.proto).</summary>
internal sealed record EventValue(double Time, long Step, string Tag, float? Scalar, string? Text);

/// <summary>An independent reader of event files.</summary>
internal static class EventFile
{
    public static (string Version, List<EventValue> Values) Read(string path)
    {
        var values = new List<EventValue>();
        var version = "";
        var bytes = File.ReadAllBytes(path).AsSpan();
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
            Assert.Equal(Crc32C.Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            var message = bytes.Slice(12, length);
            Assert.Equal(Crc32C.Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            bytes = bytes[(16 + length)..];

            var fields = Fields(message.ToArray());
            var time = BitConverter.Int64BitsToDouble((long)One(fields, 1).Number);
            if (fields.Exists(f => f.Id == 3))
                version = Encoding.UTF8.GetString(One(fields, 3).Bytes);
            foreach (var summary in fields.Where(f => f.Id == 5))
                foreach (var value in Fields(summary.Bytes).Select(v => Fields(v.Bytes)))
                    values.Add(new EventValue(time, (long)One(fields, 2).Number, Encoding.UTF8.GetString(One(value, 1).Bytes), Scalar(value), Text(value)));
        }
        return (version, values);
    }

    private static float? Scalar(List<Field> value) =>
        value.Exists(f => f.Id == 2) ? BitConverter.UInt32BitsToSingle((uint)One(value, 2).Number) : null;

    private static string? Text(List<Field> value)
    {
        if (!value.Exists(f => f.Id == 8))
            return null;
        var plugin = Fields(One(Fields(One(value, 9).Bytes), 1).Bytes);
        Assert.Equal("text", Encoding.UTF8.GetString(One(plugin, 1).Bytes));
        var tensor = Fields(One(value, 8).Bytes);
        Assert.Equal(7u, One(tensor, 1).Number); // DT_STRING
        Assert.Equal(1u, One(Fields(One(Fields(One(tensor, 2).Bytes), 2).Bytes), 1).Number);
        return Encoding.UTF8.GetString(One(tensor, 8).Bytes);
    }

    private static Field One(List<Field> fields, int number) => Assert.Single(fields, f => f.Id == number);

    private static List<Field> Fields(byte[] message)
    {
        var fields = new List<Field>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var (field, wire) = ((int)(key >> 3), key & 7);
            switch (wire)
            {
                case 0:
                    fields.Add(new Field(field, Varint(message, ref at), []));
                    break;
                case 1:
                    fields.Add(new Field(field, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    fields.Add(new Field(field, 0, message[at..(at + length)]));
                    at += length;
                    break;
                default:
                    Assert.Equal(5u, wire);
                    fields.Add(new Field(field, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []));
                    at += 4;
                    break;
            }
        }
        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(message[at] & 0x7f) << shift;
            if (message[at++] < 0x80)
                return value;
        }
    }

    private sealed record Field(int Id, ulong Number, byte[] Bytes);
}
