using System.Security.Cryptography;
using System.Text;
using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class DatasetHubTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeHub _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private async Task<DatasetDownload> Get(string? files = null, string? token = null, string revision = "main")
    {
        using var hub = new DatasetHub(_server.Address, token, TimeSpan.Zero);
        return await hub.GetAsync(new DatasetRequest { Name = "owner/set", Revision = revision, Files = files, Output = _folder.Path }, cancellation: TestContext.Current.CancellationToken);
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public async Task Files_arrive_whole_under_their_paths_and_the_revision_is_pinned()
    {
        _server.Add("data/train-0.jsonl", Bytes(300_000, 1), lfs: true);
        _server.Add("README.md", Encoding.UTF8.GetBytes("# Set"), lfs: false);
        var download = await Get();
        Assert.Equal(FakeHub.Commit, download.Revision);
        foreach (var file in download.Files)
        {
            Assert.Equal(_server.Files[file.Path].Content, File.ReadAllBytes(_folder[file.Path]));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_server.Files[file.Path].Content)), file.Sha256);
        }
        Assert.All(_server.Requests.Where(request => request.Contains("resolve", StringComparison.Ordinal)), request => Assert.Contains(FakeHub.Commit, request, StringComparison.Ordinal));
        Assert.True(File.Exists(_folder[DatasetDownload.FileName]));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.partial", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_resumed_where_it_broke()
    {
        _server.Add("big.bin", Bytes(500_000, 2), lfs: true);
        _server.CutAfter = 200_000;
        await Get();
        Assert.Equal(_server.Files["big.bin"].Content, File.ReadAllBytes(_folder["big.bin"]));
        Assert.True(_server.Ranges.Count >= 2);
        Assert.All(_server.Ranges, range => Assert.True(range > 0));
    }

    [Fact]
    public async Task A_file_begun_by_an_earlier_process_is_resumed_and_one_that_is_whole_is_not_fetched_again()
    {
        var content = Bytes(100_000, 3);
        _server.Add("a.bin", content, lfs: true);
        File.WriteAllBytes(_folder[$"a.bin.{FakeHub.Commit[..12]}.partial"], content[..40_000]);
        await Get();
        Assert.Equal([40_000L], _server.Ranges);
        var before = _server.Requests.Count;
        await Get();
        Assert.Equal(before + 1, _server.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_does_not_fit_its_checksum_is_refused_and_deleted(bool lfs)
    {
        _server.Add("a.bin", Bytes(1000, 4), lfs);
        _server.Files["a.bin"].Content[17] ^= 1;
        await Assert.ThrowsAsync<InvalidDataException>(() => Get());
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_hub_that_knows_no_ranges_is_read_from_the_beginning()
    {
        var content = Bytes(100_000, 5);
        _server.Add("a.bin", content, lfs: true);
        _server.KnowsRanges = false;
        File.WriteAllBytes(_folder[$"a.bin.{FakeHub.Commit[..12]}.partial"], Bytes(40_000, 6));
        await Get();
        Assert.Equal(content, File.ReadAllBytes(_folder["a.bin"]));
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData("/etc/evil")]
    [InlineData("C:\\evil")]
    [InlineData("a//b")]
    public async Task A_path_that_leads_out_of_the_folder_is_refused(string path)
    {
        _server.Add(path, [1, 2, 3], lfs: true);
        Assert.Contains("out of the folder", (await Assert.ThrowsAsync<InvalidDataException>(() => Get())).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Only_files_that_match_are_fetched()
    {
        _server.Add("train/a.jsonl", [1], lfs: true);
        _server.Add("train/b.parquet", [2], lfs: true);
        _server.Add("c.jsonl", [3], lfs: true);
        Assert.Equal(["train/a.jsonl"], (await Get("train/*.jsonl")).Files.Select(file => file.Path));
        Assert.Equal(["train/a.jsonl", "c.jsonl"], (await Get("**/*.jsonl")).Files.Select(file => file.Path));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Get("*.txt"));
    }

    [Fact]
    public async Task A_token_is_sent_and_a_missing_one_is_asked_for()
    {
        _server.Add("a.bin", [1], lfs: true);
        _server.Token = "secret";
        Assert.Contains(DatasetHub.TokenVariable, (await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Get())).Message, StringComparison.Ordinal);
        Assert.Single((await Get(token: "secret")).Files);
    }

    [Fact]
    public async Task Errors_say_what_is_wrong()
    {
        _server.Add("a.bin", [1], lfs: true);
        Assert.Contains("owner/set", (await Assert.ThrowsAsync<FileNotFoundException>(() => Get(revision: "none"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DatasetHub("ftp://x"));
        _server.Failures = 2;
        Assert.Single((await Get()).Files);
        _server.Failures = 100;
        await Assert.ThrowsAsync<IOException>(() => Get());
    }
}
