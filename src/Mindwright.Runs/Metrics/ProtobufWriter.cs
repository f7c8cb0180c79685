using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Mindwright.Runs;

/// <summary>The few wire types of Protocol Buffers that an event file needs.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    internal ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    internal ProtobufWriter Varint(int field, long value)
    {
        Raw((ulong)field << 3);
        return Raw((ulong)value);
    }

    internal ProtobufWriter Double(int field, double value)
    {
        Raw((ulong)field << 3 | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(sizeof(double)), value);
        _buffer.Advance(sizeof(double));
        return this;
    }

    internal ProtobufWriter Float(int field, float value)
    {
        Raw((ulong)field << 3 | 5);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
        return this;
    }

    internal ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw((ulong)field << 3 | 2);
        Raw((ulong)value.Length);
        _buffer.Write(value);
        return this;
    }

    internal ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    internal ProtobufWriter Message(int field, ProtobufWriter value) => Bytes(field, value.Written);

    private ProtobufWriter Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _buffer.Write([(byte)(value | 0x80)]);
        _buffer.Write([(byte)value]);
        return this;
    }
}
