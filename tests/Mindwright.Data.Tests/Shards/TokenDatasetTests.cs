using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class TokenDatasetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1000, 1 << 20)]
    [InlineData(1000, 500)]
    [InlineData(65_536, 300)]
    [InlineData(65_537, 300)]
    [InlineData(200_000, 1)]
    public void What_was_written_is_read_back_whatever_the_width_and_the_size_of_shards(int vocabulary, long shardTokens)
    {
        var (one, two) = (ShardFolder.Documents(1, 50, 90, vocabulary), ShardFolder.Documents(2, 7, 9, vocabulary));
        ShardFolder.Write(_folder.Path, [(new("one", null, null), one), (new("two", 2, 1), two)], shardTokens, vocabulary, i => (uint)i % 4);
        using var dataset = ShardFolder.Open(_folder.Path, verify: true);
        Assert.Equal(57, dataset.Manifest.Documents);
        Assert.Equal(vocabulary <= 65_536 ? 2 : 4, dataset.Manifest.BytesPerToken);
        foreach (var (source, documents) in dataset.Sources.Zip([one, two]))
        {
            Assert.Equal(documents.Length, source.Documents);
            Assert.Equal(documents.Sum(document => document.Length + 1), source.Tokens);
            for (var i = 0; i < documents.Length; i++)
            {
                Assert.Equal([.. documents[i], ShardFolder.Boundary], source.Read(i));
                Assert.Equal((uint)i % 4, source.Tags(i));
            }
        }
    }

    [Fact]
    public void A_writer_that_is_resumed_gives_the_bytes_of_one_that_was_not_interrupted()
    {
        var documents = ShardFolder.Documents(3, 60, 50);
        ShardFolder.Write(_folder["whole"], [(new("s", null, null), documents)], shardTokens: 400);
        ShardWriterState state;
        using (var writer = new ShardWriter(_folder["resumed"], ShardFolder.Vocabulary, 400))
        {
            foreach (var document in documents.Take(25))
                writer.Add("s", [.. document, 0]);
            state = writer.Checkpoint();
            foreach (var document in documents.Skip(40))
                writer.Add("s", [.. document, 0]);
            writer.Complete();
        }
        using (var writer = new ShardWriter(_folder["resumed"], ShardFolder.Vocabulary, 400, state))
        {
            foreach (var document in documents.Skip(25))
                writer.Add("s", [.. document, 0]);
            Assert.Equal(Manifest.Load(_folder["whole"]).Shards, writer.Complete());
        }
    }

    [Fact]
    public void Damage_is_noticed()
    {
        ShardFolder.Write(_folder.Path, [(new("s", null, null), ShardFolder.Documents(1, 20, 50))]);
        var tokens = _folder["tokens-00000.bin"];
        var bytes = File.ReadAllBytes(tokens);
        bytes[7] ^= 1;
        File.WriteAllBytes(tokens, bytes);
        ShardFolder.Open(_folder.Path).Dispose();
        Assert.Contains(tokens, Assert.Throws<InvalidDataException>(() => ShardFolder.Open(_folder.Path, verify: true)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(tokens, bytes[..^2]);
        Assert.Contains(tokens, Assert.Throws<InvalidDataException>(() => ShardFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
        File.Delete(tokens);
        Assert.Throws<FileNotFoundException>(() => ShardFolder.Open(_folder.Path));
        File.WriteAllText(_folder["manifest.json"], "{");
        Assert.Throws<InvalidDataException>(() => ShardFolder.Open(_folder.Path));
        Assert.Throws<FileNotFoundException>(() => ShardFolder.Open(_folder["none"]));
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused()
    {
        using var writer = new ShardWriter(_folder.Path, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("s", [1, 10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("s", [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("s", []));
    }
}
