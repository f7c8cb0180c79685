using System.Text;
using Mindwright.Runs;

namespace Mindwright.Runs.Tests;

public sealed class Crc32CTests
{
    /// <summary>The examples of RFC 3720, appendix B.4, and the check value of the CRC catalogs.</summary>
    public static TheoryData<byte[], uint> Vectors { get; } = new()
    {
        { new byte[32], 0x8a9136aa },
        { [.. Enumerable.Repeat((byte)0xff, 32)], 0x62a8ab43 },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)i)], 0x46dd794e },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))], 0x113fdb5c },
        { Encoding.ASCII.GetBytes("123456789"), 0xe3069283 },
        { [], 0 },
    };

    [Theory]
    [MemberData(nameof(Vectors), DisableDiscoveryEnumeration = true)]
    public void The_published_vectors_hold(byte[] bytes, uint crc) => Assert.Equal(crc, Crc32C.Of(bytes));

    [Fact]
    public void The_mask_can_be_undone()
    {
        // TensorFlow's record format: rot = masked - 0xa282ead8; crc = (rot >> 17) | (rot << 15).
        var rotated = Crc32C.Masked("123456789"u8) - 0xa282ead8;
        Assert.Equal(0xe3069283, rotated >> 17 | rotated << 15);
    }
}
