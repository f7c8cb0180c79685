using Mindwright.Inference.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Mindwright.Model;

/// <summary>Tensors to and from safetensors files, without a copy where memory allows.</summary>
public static class TensorStorage
{
    /// <summary>A tensor as something to be written. It must be contiguous and on the CPU, and live until it has been written.</summary>
    public static SafetensorsSource Source(string name, Tensor tensor)
    {
        var type = tensor.dtype switch
        {
            ScalarType.BFloat16 => SafetensorsDtype.BF16,
            ScalarType.Float16 => SafetensorsDtype.F16,
            ScalarType.Float32 => SafetensorsDtype.F32,
            ScalarType.Int64 => SafetensorsDtype.I64,
            var other => throw new ArgumentException($"{name}: tensors of {other} are not stored", nameof(tensor)),
        };
        if (!tensor.is_contiguous() || tensor.device_type != DeviceType.CPU)
            throw new ArgumentException($"{name} must be contiguous and on the CPU to be written", nameof(tensor));
        return SafetensorsSource.FromPointer(name, type, tensor.shape, Address(tensor));
    }

    /// <summary>Reads a stored tensor of a floating-point type.</summary>
    /// <param name="stored">The stored tensor.</param>
    /// <param name="path">The file or folder that errors name.</param>
    public static Tensor Read(SafetensorsTensor stored, string path)
    {
        var type = stored.Dtype switch
        {
            SafetensorsDtype.F32 => ScalarType.Float32,
            SafetensorsDtype.F16 => ScalarType.Float16,
            SafetensorsDtype.BF16 => ScalarType.BFloat16,
            SafetensorsDtype.F64 => ScalarType.Float64,
            var other => throw new InvalidDataException($"{path}: {stored.Name} is stored as {other}; floating-point types are read"),
        };
        var loaded = empty([.. stored.Shape], type, CPU);
        stored.CopyTo(Address(loaded));
        return loaded;
    }

    /// <summary>Fills a tensor from one of the same shape in a file.</summary>
    /// <exception cref="InvalidDataException">The file lacks it, or its shape differs.</exception>
    public static void Fill(Tensor target, SafetensorsFile file, string name)
    {
        if (!file.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(target.shape))
            throw new InvalidDataException($"{file.Path}: lacks {name} of the shape [{string.Join(", ", target.shape)}]");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        target.copy_(Read(stored, file.Path));
    }

    /// <summary>Copies a tensor's elements, from whatever device, into an array of their type. (TorchSharp's accessor goes element by element.)</summary>
    internal static unsafe void CopyTo<T>(Tensor tensor, Span<T> destination)
        where T : unmanaged
    {
        using var near = tensor.cpu();
        using var whole = near.contiguous();
        new ReadOnlySpan<T>((void*)Address(whole), checked((int)whole.NumberOfElements)).CopyTo(destination);
    }

    /// <summary>The first element of a tensor on the CPU.</summary>
    internal static unsafe T* Pointer<T>(Tensor tensor)
        where T : unmanaged => (T*)Address(tensor);

    /// <summary>Where the first element of a tensor on the CPU lies.</summary>
    internal static unsafe nint Address(Tensor tensor)
    {
        if (!tensor.is_contiguous() || tensor.NumberOfElements * tensor.element_size() > int.MaxValue)
        {
            using var first = tensor.as_strided([1], [1], tensor.storage_offset());
            return Address(first);
        }
        fixed (byte* pointer = tensor.bytes)
            return (nint)pointer;
    }
}
