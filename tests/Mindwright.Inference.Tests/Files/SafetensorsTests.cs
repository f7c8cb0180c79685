using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Mindwright.Inference.Files;
using Mindwright.Testing;

namespace Mindwright.Inference.Tests.Files;

public sealed class SafetensorsTests
{
    private static readonly Gen<SafetensorsSource[]> Sources =
        Gen.Select(Gen.String[1, 12].Where(s => !s.Any(char.IsSurrogate)), Gen.Enum<SafetensorsDtype>(), Gen.Long[0, 5].Array[0, 4], Gen.Int).Array[0, 6]
            .Select(tensors => tensors.DistinctBy(t => t.Item1).Select(t =>
            {
                var bytes = new byte[t.Item3.Aggregate((long)t.Item2.Size(), (a, b) => a * b)];
                new Random(t.Item4).NextBytes(bytes);
                return new SafetensorsSource(t.Item1, t.Item2, t.Item3, bytes);
            }).ToArray());

    [Fact]
    public void What_is_written_is_read_back_in_one_file_and_in_shards()
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["note"] = "\"ü\n" };
        Gen.Select(Sources, Gen.Long[1, 400]).Sample((sources, shardBytes) =>
        {
            using var temp = new TempFolder();
            SafetensorsWriter.Write(temp["a.safetensors"], sources, metadata);
            using (var file = SafetensorsFile.Open(temp["a.safetensors"]))
            {
                AssertSame(sources, file.Tensors);
                Assert.Equal(metadata, file.Metadata);
            }
            SafetensorsWriter.WriteFolder(temp.Path, sources, metadata, shardBytes);
            using var folder = SafetensorsFolder.Open(temp.Path);
            AssertSame(sources, folder.Tensors);
            var shards = Directory.GetFiles(temp.Path, "model*.safetensors");
            Assert.Equal(shards.Length > 1, File.Exists(temp["model.safetensors.index.json"]));
            Assert.True(shards.Length == 1 || sources.Sum(s => s.ByteLength) > shardBytes);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_order_in_which_tensors_are_given()
    {
        Sources.Sample(sources =>
        {
            using var temp = new TempFolder();
            SafetensorsWriter.Write(temp["a"], sources);
            SafetensorsWriter.Write(temp["b"], sources.Reverse().ToArray());
            Assert.Equal(File.ReadAllBytes(temp["a"]), File.ReadAllBytes(temp["b"]));
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void A_file_has_the_bytes_that_the_format_prescribes()
    {
        using var temp = new TempFolder();
        SafetensorsWriter.Write(temp["a"], [
            new("b", SafetensorsDtype.U8, [3], new byte[] { 1, 2, 3 }),
            new("a", SafetensorsDtype.F32, [1, 1], BitConverter.GetBytes(1.5f)),
        ], new Dictionary<string, string> { ["format"] = "pt" });
        const string json = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[3],"data_offsets":[4,7]}}""";
        var padded = json.PadRight((json.Length + 7) / 8 * 8);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded.Length);
        Assert.Equal([.. length, .. Encoding.UTF8.GetBytes(padded), 0, 0, 0xc0, 0x3f, 1, 2, 3], File.ReadAllBytes(temp["a"]));
    }

    [Fact]
    public unsafe void Native_memory_is_written_and_read()
    {
        using var temp = new TempFolder();
        float[] values = [1, -2, 3.5f, float.NaN];
        fixed (float* pointer = values)
            SafetensorsWriter.Write(temp["a"], [SafetensorsSource.FromPointer("w", SafetensorsDtype.F32, [2, 2], (nint)pointer)]);
        using var file = SafetensorsFile.Open(temp["a"]);
        var tensor = file.Tensors["w"];
        var copy = new float[4];
        fixed (float* pointer = copy)
            tensor.CopyTo((nint)pointer);
        Assert.Equal(values, copy);
        Assert.Equal(4, tensor.ElementCount);
        Assert.Equal(tensor.Bytes[4..8], tensor.Slice(4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(13, 4).Length);
        using var stream = tensor.OpenRead();
        Assert.Equal(16, stream.Length);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Bytes.Length);
    }

    private const string A = """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "JSON")]
    [InlineData("[]", 0, "JSON")]
    [InlineData("7", 0, "JSON")]
    [InlineData($$"""{"a":{{A}},"a":{{A}}}""", 4, "JSON")]
    [InlineData($$"""{"a":{{A}}}""", 5, "its header accounts for 4")]
    [InlineData($$"""{"a":{{A}}}""", 3, "tensor a ends at byte 4")]
    [InlineData($$"""{"a":{{A}},"b":{{A}}}""", 4, "without gap or overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor a starts at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor a of F32 [2] cannot have 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "tensor a lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "cannot have 0 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "tensor a lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "tensor a lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "tensor a lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "tensor a lacks")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "element type F8_E4M3")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "element type f32")]
    [InlineData("""{"a":7}""", 0, "tensor a lacks")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "JSON")]
    [InlineData("""{"__metadata__":{"a":null}}""", 0, "metadata a")]
    public void A_file_that_breaks_the_rules_is_refused(string header, int dataBytes, string message)
    {
        using var temp = new TempFolder();
        WriteRaw(temp["bad.safetensors"], Encoding.UTF8.GetBytes(header), dataBytes);
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(temp["bad.safetensors"]));
        Assert.StartsWith(temp["bad.safetensors"], error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_refused()
    {
        using var temp = new TempFolder();
        WriteRaw(temp["bad"], [.. "{\""u8, 0xff, .. "\":"u8, .. Encoding.UTF8.GetBytes(A), .. "}"u8], 4);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(temp["bad"]));
    }

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        using var temp = new TempFolder();
        SafetensorsWriter.Write(temp["a"], [new("w", SafetensorsDtype.I64, [3], new byte[24]), new("v", SafetensorsDtype.Bool, [1], new byte[1])]);
        var whole = File.ReadAllBytes(temp["a"]);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(temp["b"], whole[..length]);
            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(temp["b"]));
        }
    }

    [Fact]
    public void A_header_may_be_damaged_anyhow_without_another_error_than_bad_data()
    {
        using var temp = new TempFolder();
        SafetensorsWriter.Write(temp["a"], [new("w", SafetensorsDtype.F32, [3, 2], new byte[24]), new("v", SafetensorsDtype.BF16, [1], new byte[2])]);
        var whole = File.ReadAllBytes(temp["a"]);
        Gen.Select(Gen.Int[0, whole.Length - 27], Gen.Byte).Array[1, 3].Sample(changes =>
        {
            var changed = (byte[])whole.Clone();
            foreach (var (at, value) in changes)
                changed[at] = value;
            File.WriteAllBytes(temp["b"], changed);
            try
            {
                SafetensorsFile.Open(temp["b"]).Dispose(); // a name may change and the file still be sound
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith(temp["b"], e.Message, StringComparison.Ordinal);
            }
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        using var temp = new TempFolder();
        SafetensorsWriter.WriteFolder(temp.Path, [.. "abc".Select(c => new SafetensorsSource(c.ToString(), SafetensorsDtype.U8, [4], new byte[4]))], shardBytes: 4);
        File.Move(temp["model-00002-of-00003.safetensors"], temp["moved"]);
        var error = Assert.Throws<FileNotFoundException>(() => SafetensorsFolder.Open(temp.Path));
        Assert.Contains("model-00002-of-00003.safetensors", error.Message, StringComparison.Ordinal);
        // Another shard in its place lacks the tensor.
        File.Copy(temp["model-00001-of-00003.safetensors"], temp["model-00002-of-00003.safetensors"]);
        Assert.Contains("lacks the tensor b", Assert.Throws<InvalidDataException>(() => SafetensorsFolder.Open(temp.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../a.safetensors"}}""")]
    [InlineData("""{"weight_map":{"a":"C:\\a.safetensors"}}""")]
    [InlineData("""{"weight_map":{"a":".."}}""")]
    [InlineData("""{"weight_map":{"a":7}}""")]
    [InlineData("""{"weight_map":[]}""")]
    [InlineData("{}")]
    [InlineData("nothing")]
    public void An_index_that_is_no_index_is_refused(string json)
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["model.safetensors.index.json"], json);
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFolder.Open(temp.Path));
        Assert.Contains("model.safetensors.index.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_weights_is_named()
    {
        using var temp = new TempFolder();
        Assert.Contains("model.safetensors", Assert.Throws<FileNotFoundException>(() => SafetensorsFolder.Open(temp.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(temp["absent"]));
    }

    [Fact]
    public void A_writer_that_gives_too_little_or_too_much_leaves_no_file()
    {
        using var temp = new TempFolder();
        foreach (var bytes in new[] { 3, 5 })
        {
            var error = Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(
                temp["a"], [new("w", SafetensorsDtype.F32, [1], stream => stream.Write(new byte[bytes]))]));
            Assert.Contains("tensor w has 4 bytes", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(temp["a"]));
        }
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(temp["a"], [new("w", SafetensorsDtype.U8, [0], default(ReadOnlyMemory<byte>)), new("w", SafetensorsDtype.I8, [0], default(ReadOnlyMemory<byte>))]));
        Assert.Throws<ArgumentException>(() => new SafetensorsSource("__metadata__", SafetensorsDtype.U8, [0], default(ReadOnlyMemory<byte>)));
        Assert.Throws<ArgumentException>(() => new SafetensorsSource("w", SafetensorsDtype.U8, [-1], default(ReadOnlyMemory<byte>)));
        Assert.Throws<ArgumentException>(() => new SafetensorsSource("w", SafetensorsDtype.U8, [2], new byte[1]));
    }

    private static void AssertSame(SafetensorsSource[] sources, IReadOnlyDictionary<string, SafetensorsTensor> tensors)
    {
        Assert.Equal(sources.Length, tensors.Count);
        foreach (var source in sources)
        {
            var tensor = tensors[source.Name];
            Assert.Equal((source.Name, source.Dtype, source.ByteLength), (tensor.Name, tensor.Dtype, tensor.ByteLength));
            Assert.Equal(source.Shape, tensor.Shape);
            var expected = new MemoryStream();
            source.Write(expected);
            Assert.Equal(expected.ToArray(), tensor.Bytes.ToArray());
        }
    }

    private static void WriteRaw(string path, byte[] header, int dataBytes)
    {
        using var stream = File.Create(path);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        stream.Write(new byte[dataBytes]);
    }
}
