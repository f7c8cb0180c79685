using CsCheck;
using Mindwright.Inference.Opening;

namespace Mindwright.Inference.Tests.Opening;

public sealed class ModelDeviceTests
{
    [Fact]
    public void Devices_are_read_by_name()
    {
        Assert.Equal(ModelDevice.Auto, ModelDevice.Parse("auto"));
        Assert.Equal(ModelDevice.Cpu, ModelDevice.Parse("CPU"));
        Assert.Equal(ModelDevice.Cuda(0), ModelDevice.Parse("cuda"));
        Assert.Equal((ModelDeviceKind.Cuda, 3), (ModelDevice.Parse("cuda:3").Kind, ModelDevice.Parse("cuda:3").Index));
        Assert.Equal(ModelDevice.Auto, default);
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.OneOf(Gen.Const(ModelDevice.Auto), Gen.Const(ModelDevice.Cpu), Gen.Int[0, int.MaxValue].Select(ModelDevice.Cuda))
            .Sample(device => Assert.Equal(device, ModelDevice.Parse(device.ToString())));

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:+1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    public void Any_other_name_is_refused_with_those_that_exist(string name)
    {
        var message = Assert.Throws<FormatException>(() => ModelDevice.Parse(name)).Message;
        Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
        Assert.Contains("auto, cpu, cuda or cuda:N", message, StringComparison.Ordinal);
        Assert.False(ModelDevice.TryParse(name, out _));
    }
}
