namespace Mindwright.Inference.Files;

/// <summary>
/// Element types that we read and write, in the order in which the format's reference implementation ranks them (by alignment):
/// tensors of a higher rank come first in a file, so that each starts at a multiple of its element size.
/// </summary>
public enum SafetensorsDtype
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>The upper 16 bits of an IEEE 754 single.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>IEEE 754 double precision.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,
}

/// <summary>Sizes and names of the element types.</summary>
public static class SafetensorsDtypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this SafetensorsDtype dtype) => dtype switch
    {
        SafetensorsDtype.Bool or SafetensorsDtype.U8 or SafetensorsDtype.I8 => 1,
        SafetensorsDtype.I16 or SafetensorsDtype.F16 or SafetensorsDtype.BF16 => 2,
        SafetensorsDtype.I32 or SafetensorsDtype.F32 => 4,
        SafetensorsDtype.F64 or SafetensorsDtype.I64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "no such element type"),
    };

    /// <summary>The type's name in a file: <c>F32</c>, <c>BF16</c>, <c>BOOL</c>, …</summary>
    public static string FileName(this SafetensorsDtype dtype) => dtype.ToString().ToUpperInvariant();

    internal static bool TryParse(string name, out SafetensorsDtype dtype)
    {
        foreach (var candidate in Enum.GetValues<SafetensorsDtype>())
            if (candidate.FileName() == name)
            {
                dtype = candidate;
                return true;
            }
        dtype = default;
        return false;
    }

    /// <summary>Bytes of a tensor of this type and shape, or null where the number is negative or beyond 2^63.</summary>
    internal static long? ByteLength(this SafetensorsDtype dtype, IReadOnlyList<long> shape)
    {
        UInt128 bytes = (UInt128)dtype.Size();
        foreach (var dimension in shape)
        {
            if (dimension < 0)
                return null;
            bytes *= (UInt128)dimension;
            if (bytes > long.MaxValue)
                return null;
        }
        return (long)bytes;
    }
}
