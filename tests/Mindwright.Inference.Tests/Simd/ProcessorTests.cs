using System.Runtime.Intrinsics.X86;
using Mindwright.Inference.Simd;

namespace Mindwright.Inference.Tests.Simd;

public sealed class ProcessorTests
{
    [Fact]
    public void It_has_a_name_and_tells_what_the_runtime_tells()
    {
        Assert.NotEqual("", Processor.Name);
        Assert.Equal(Avx2.IsSupported, Processor.Features.Contains("avx2"));
        Assert.Equal(Avx512F.IsSupported, Processor.Features.Contains("avx512f"));
        Assert.True(!Processor.HasBFloat16 || (Processor.TellsBFloat16 && Avx512F.IsSupported));
    }
}
