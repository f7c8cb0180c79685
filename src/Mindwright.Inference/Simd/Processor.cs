using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Mindwright.Inference.Simd;

/// <summary>What the processor is and what it can do.</summary>
public static class Processor
{
    /// <summary>The processor's name, or its architecture where it doesn't tell.</summary>
    public static string Name => X86Base.IsSupported ? BrandString() : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The instruction sets that matter to matrix products, in the usual spelling.</summary>
    public static IReadOnlyList<string> Features { get; } = FindFeatures();

    /// <summary>Whether it multiplies bfloat16 numbers by itself (AVX-512 BF16 or AMX); false also where that can't be told.</summary>
    public static bool HasBFloat16 => Features.Contains("avx512_bf16") || Features.Contains("amx_bf16");

    /// <summary>Whether <see cref="HasBFloat16"/> is known: on x86. Elsewhere the runtime doesn't tell.</summary>
    public static bool TellsBFloat16 => X86Base.IsSupported;

    private static List<string> FindFeatures()
    {
        var features = new List<string>();
        Add(AdvSimd.IsSupported, "neon");
        Add(Dp.IsSupported, "dotprod");
        Add(Avx2.IsSupported, "avx2");
        Add(Fma.IsSupported, "fma");
        Add(Avx512F.IsSupported, "avx512f");
        // AMX has registers of its own, but the products that use it convert in those of AVX-512, so it counts only with that.
        if (!Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
            return features;
        // Leaf 7 of CPUID (Intel's manual, volume 2A): sub-leaf 0 in ECX and EDX, sub-leaf 1 in EAX.
        var (_, _, ecx, edx) = X86Base.CpuId(7, 0);
        var (eax, _, _, _) = X86Base.CpuId(7, 1);
        Add(Bit(ecx, 11), "avx512_vnni");
        Add(Bit(eax, 5), "avx512_bf16");
        Add(Bit(edx, 22), "amx_bf16");
        return features;

        void Add(bool has, string name)
        {
            if (has)
                features.Add(name);
        }
    }

    private static bool Bit(int register, int bit) => (register >> bit & 1) != 0;

    // Leaves 0x80000002 to 4 hold 48 characters, padded with zeros.
    private static string BrandString()
    {
        if ((uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004)
            return "x86-64";
        Span<int> registers = stackalloc int[12];
        for (var i = 0; i < 3; i++)
            (registers[4 * i], registers[4 * i + 1], registers[4 * i + 2], registers[4 * i + 3]) = X86Base.CpuId(unchecked((int)0x80000002) + i, 0);
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(registers)).Replace('\0', ' ').Trim();
    }
}
