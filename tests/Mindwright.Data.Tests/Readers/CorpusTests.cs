using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Mindwright.Testing;

namespace Mindwright.Data.Tests;

public sealed class CorpusTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllBytes(_folder[name], bytes);
        return _folder[name];
    }

    private string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private static string[] Texts(string path, ReadOptions? options = null) =>
        [.. Corpus.Read([path], options, TestContext.Current.CancellationToken).Select(document => document.Text)];

    private static string Error(string path, ReadOptions? options = null) =>
        Assert.Throws<InvalidDataException>(() => Texts(path, options)).Message;

    private static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Zstd(string text)
    {
        using var packed = new MemoryStream();
        using (var zstd = new ZstdSharp.CompressionStream(packed))
            zstd.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    [Fact]
    public void A_text_file_is_split_at_the_separator_and_its_line_ends_become_plain()
    {
        var path = Write("a.txt", "\uFEFFone\r\ntwo\r\n<|endoftext|>\nthree\n<|endoftext|>\n  \n");
        Assert.Equal(["one\ntwo", "three"], Texts(path));
        Assert.Equal(["one\ntwo", "three"], Texts(Write("a.md.gz", Gzip(File.ReadAllText(path)))));
        Assert.Equal(["x", "y"], Texts(Write("names.txt", "x\ny\n"), new ReadOptions { Separator = "\n" }));
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed))
            foreach (var (name, content) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return packed.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
            foreach (var (name, content) in files)
                using (var entry = zip.CreateEntry(name).Open())
                    entry.Write(content);
        return packed.ToArray();
    }

    [Fact]
    public void Archives_are_read_file_by_file_each_in_its_own_format()
    {
        (string, byte[])[] files = [("d/a.txt", "one"u8.ToArray()), ("./b.jsonl.gz", Gzip("{\"other\": 1}\n{\"text\": \"two\"}\n")), ("c.csv", "text\nthree\n"u8.ToArray())];
        foreach (var path in new[] { Write("a.tar", Tar(files)), Write("a.zip", Zip(files)), Write("a.tar.gz", Gzip(Tar(files))), Write("a.tgz", Gzip(Tar(files))) })
        {
            var bad = new List<BadInput>();
            Assert.Equal(["one", "two", "three"], Texts(path, new ReadOptions { OnBadInput = bad.Add }));
            Assert.EndsWith("!./b.jsonl.gz:1", Assert.Single(bad).Source, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("/etc/evil.txt")]
    [InlineData("a/../../evil.txt")]
    public void A_path_that_leads_out_of_an_archive_is_bad_input(string name)
    {
        foreach (var path in new[] { Write("a.tar", Tar((name, "x"u8.ToArray()), ("b.txt", "good"u8.ToArray()))), Write("a.zip", Zip((name, "x"u8.ToArray()), ("b.txt", "good"u8.ToArray()))) })
        {
            Assert.Contains($"!{name}: the path leads out", Error(path), StringComparison.Ordinal);
            var bad = new List<BadInput>();
            Assert.Equal(["good"], Texts(path, new ReadOptions { OnBadInput = bad.Add }));
            Assert.Single(bad);
        }
    }

    [Fact]
    public void A_broken_archive_is_bad_input()
    {
        var zip = Zip(("a.txt", new byte[10_000]));
        Assert.Contains("a.zip", Error(Write("a.zip", zip[..^30])), StringComparison.Ordinal);
        Assert.Contains("a.tar", Error(Write("a.tar", Tar(("a.txt", [.. Enumerable.Repeat((byte)'x', 5000)]))[..3000])), StringComparison.Ordinal);
    }

    [Fact]
    public void Arrow_streams_may_be_compressed()
    {
        var plain = Texts(TestData.PathOrSkip("formats/arrow/mmlu-anatomy-dev.arrow"), new ReadOptions { TextColumn = "question" });
        var packed = Gzip(File.ReadAllBytes(TestData.PathOrSkip("formats/arrow/mmlu-anatomy-dev.arrow")));
        Assert.Equal(plain, Texts(Write("a.arrow.gz", packed), new ReadOptions { TextColumn = "question" }));
    }

    [Fact]
    public void A_long_text_is_cut_between_paragraphs_and_loses_nothing()
    {
        var paragraphs = Enumerable.Range(0, 2000).Select(i => $"Paragraph {i} has a line\nand another one.").ToArray();
        var pieces = Texts(Write("long.txt", string.Join("\n\n", paragraphs)), new ReadOptions { MaxTextBytes = 1000 });
        Assert.True(pieces.Length > 80);
        Assert.All(pieces, piece => Assert.StartsWith("Paragraph", piece));
        Assert.Equal(paragraphs, string.Join("\n\n", pieces).Split("\n\n"));
    }

    [Fact]
    public void The_cut_of_a_long_text_does_not_depend_on_how_the_stream_arrives()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i} — “quoted”\n"));
        var options = new ReadOptions { MaxTextBytes = 3000 };
        Assert.Equal(Texts(Write("p.txt", text), options), Texts(Write("p2.txt.gz", Gzip(text)), options));
    }

    [Theory]
    [InlineData("""{"text": "a\nb"}""", "a\nb")]
    [InlineData("""{"meta": {"text": [1, {}]}, "n": [1, 2], "text": "x"}""", "x")]
    [InlineData("""{"content": "second", "text": "first"}""", "first")]
    [InlineData("""{"text": null, "content": "c"}""", "c")]
    [InlineData("""{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}""", "user: hi\n\nassistant: hello")]
    [InlineData("""{"conversations": [{"from": "human", "value": "hi"}]}""", "human: hi")]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]}]}""", "user: one two")]
    public void A_JSON_line_gives_its_text_or_its_conversation(string line, string text) =>
        Assert.Equal([text], Texts(Write("a.jsonl", line + "\r\n\n")));

    [Fact]
    public void A_named_column_is_read_from_JSON_lines_and_arrays_and_CSV()
    {
        var options = new ReadOptions { TextColumn = "story" };
        Assert.Equal(["s"], Texts(Write("a.jsonl", """{"text": "t", "story": "s"}"""), options));
        Assert.Equal(["s", "u"], Texts(Write("a.json", """[{"text": "t", "story": "s"}, {"story": "u"}]"""), options));
        Assert.Equal(["s"], Texts(Write("a.csv", "text,story\nt,s\n"), options));
        Assert.Equal(["s"], Texts(Write("a.tsv", "text\tstory\nt\ts\n"), options));
        Assert.Contains("story", Error(Write("b.jsonl", """{"text": "t"}"""), options), StringComparison.Ordinal);
    }

    [Fact]
    public void CSV_fields_may_hold_separators_quotes_and_line_breaks()
    {
        var path = Write("a.csv", "id,text\r\n1,\"one, \"\"two\"\"\r\nthree\"\r\n\r\n2,5\" pipe\r\n");
        Assert.Equal(["one, \"two\"\nthree", "5\" pipe"], Texts(path));
        Assert.Equal([$"{path}:2", $"{path}:5"], Corpus.Read([path], cancellation: TestContext.Current.CancellationToken).Select(d => d.Source));
    }

    [Fact]
    public void Compression_is_known_by_the_first_bytes_and_several_members_are_read()
    {
        var line = """{"text": "a"}""" + "\n";
        Assert.Equal(["a", "a"], Texts(Write("a.jsonl.gz", [.. Gzip(line), .. Gzip(line)])));
        Assert.Equal(["a", "a"], Texts(Write("a.jsonl.zst", [.. Zstd(line), .. Zstd(line)])));
        Assert.Equal(["a"], Texts(Write("b.jsonl", Gzip(line))));
        Assert.Equal(["plain"], Texts(Write("c.txt.gz", "plain")));
    }

    [Fact]
    public void Every_cut_of_a_gzip_or_zstd_file_is_noticed()
    {
        var text = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i * 7919 % 10007} "));
        foreach (var (name, whole) in new[] { ("a.txt.gz", Gzip(text)), ("a.txt.zst", Zstd(text)) })
        {
            Assert.Single(Texts(Write(name, whole)));
            foreach (var length in new[] { whole.Length - 1, whole.Length - 4, whole.Length - 8, whole.Length - 9, whole.Length / 2, 20 })
                Assert.StartsWith(_folder[name], Error(Write(name, whole[..length])), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folders_and_globs_give_their_files_in_a_stable_order()
    {
        foreach (var name in new[] { "b.txt", "a/z.txt", "a/b/c.jsonl", "a.txt", ".hidden", ".git/x.txt" })
            Write(name, name.EndsWith("jsonl", StringComparison.Ordinal) ? """{"text": "a/b/c.jsonl"}""" : name);
        Assert.Equal(["a.txt", "a/b/c.jsonl", "a/z.txt", "b.txt"], Texts(_folder.Path));
        Assert.Equal(["a.txt", "b.txt"], Texts(_folder["*.txt"]));
        Assert.Equal(["a.txt", "a/z.txt", "b.txt"], Texts(_folder["**/*.txt"]));
        Assert.Equal(["a/b/c.jsonl"], Texts(_folder["a/?/c.*"]));
        Assert.Equal(4, Corpus.Files([_folder.Path, _folder["a.txt"]]).Count);
    }

    [Fact]
    public void Bad_input_is_named_with_file_and_position()
    {
        var good = """{"text": "good"}""" + "\n";
        Assert.Contains("a.txt:0: NUL at byte 2", Error(Write("a.txt", [65, 66, 0, 67])), StringComparison.Ordinal);
        Assert.Contains("invalid UTF-8 at byte 2 (0xFF)", Error(Write("a.txt", [65, 66, 0xFF, 67])), StringComparison.Ordinal);
        Assert.Contains("UTF-16", Error(Write("a.txt", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("hello")).ToArray())), StringComparison.Ordinal);
        Assert.Contains("a.jsonl:2: not JSON", Error(Write("a.jsonl", good + "{oops\n")), StringComparison.Ordinal);
        Assert.Contains("a.jsonl:2: invalid UTF-8 at byte 27", Error(Write("a.jsonl", [.. Encoding.UTF8.GetBytes(good), .. "{\"text\": \""u8, 0xC3, 0x28, .. "\"}"u8])), StringComparison.Ordinal);
        Assert.Contains("a.jsonl:1: a string with an unpaired surrogate", Error(Write("a.jsonl", """{"text": "\ud800"}""")), StringComparison.Ordinal);
        Assert.Contains("a.jsonl:2: no text column: looked for text, content, messages, conversations, found a, b", Error(Write("a.jsonl", good + """{"a": 1, "b": "c"}""")), StringComparison.Ordinal);
        Assert.Contains("a.jsonl:2: a line longer than 100 bytes", Error(Write("a.jsonl", good + $$"""{"text": "{{new string('x', 100)}}"}"""), new ReadOptions { MaxRecordBytes = 100 }), StringComparison.Ordinal);
        Assert.Contains("a.txt:0: a line longer than 100 bytes", Error(Write("a.txt", new string('x', 101)), new ReadOptions { MaxTextBytes = 100 }), StringComparison.Ordinal);
        Assert.Contains("a.csv:1: no text column", Error(Write("a.csv", "a,b\n1,2\n")), StringComparison.Ordinal);
        Assert.Contains("a.csv:3: 1 fields where the header has 2", Error(Write("a.csv", "text,b\n1,2\n3\n")), StringComparison.Ordinal);
        Assert.Contains("a.csv:2: a quote that is never closed", Error(Write("a.csv", "text\n\"open\nend\n")), StringComparison.Ordinal);
        Assert.Contains("a.json:2: not a JSON object", Error(Write("a.json", """[{"text": "a"}, 3]""")), StringComparison.Ordinal);
        Assert.Contains("a.json", Error(Write("a.json", """[{"text": "a"}, {""")), StringComparison.Ordinal);
        Assert.Contains("Parquet", Error(Write("a.parquet", "PAR1 but no more")), StringComparison.Ordinal);
        Assert.Contains("unpack", Error(Write("a.parquet.gz", Gzip("PAR1"))), StringComparison.Ordinal);
        Assert.Contains("Arrow", Error(Write("a.arrow", "no arrow at all")), StringComparison.Ordinal);
        Assert.Contains("no text in", Error(Write("empty.txt", "\n \n")), StringComparison.Ordinal);
        Assert.Contains("missing", Assert.Throws<FileNotFoundException>(() => Texts(_folder["missing"])).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Texts(_folder["*.nothing"]));
    }

    [Fact]
    public void Bad_input_can_be_skipped_and_counted_and_what_is_good_remains()
    {
        var good = """{"text": "good"}""" + "\n";
        Write("a.jsonl", [.. Encoding.UTF8.GetBytes(good + "{oops\n"), 0xFF, (byte)'\n', .. Encoding.UTF8.GetBytes(good + $$"""{"text": "{{new string('x', 5000)}}"}""" + "\n" + good)]);
        Write("b.txt.gz", Gzip(string.Concat(Enumerable.Range(0, 9000).Select(i => $"{i * 7919 % 10007} ")))[..500]);
        Write("c.parquet", "PAR1");
        Write("d.csv", "text\nfine\n\"never closed\n");
        Write("e.bin", [0, 1, 2, 3]);
        Write("f.txt", new string('x', 5000) + "\n<|endoftext|>\nlast");
        var bad = new List<BadInput>();
        var texts = Texts(_folder.Path, new ReadOptions { MaxRecordBytes = 1000, MaxTextBytes = 1000, OnBadInput = bad.Add });
        Assert.Equal(["good", "good", "good", "fine", "last"], texts);
        Assert.Equal(["a.jsonl:2", "a.jsonl:3", "a.jsonl:5", "b.txt.gz", "c.parquet", "d.csv:3", "e.bin:0", "f.txt:0"],
            bad.Select(input => Path.GetFileName(input.Source)));
    }

    [Fact]
    public void The_same_passages_come_out_of_JSON_lines_and_Parquet()
    {
        var jsonl = Texts(TestData.PathOrSkip("pretrain/wikipedia-passages.jsonl"));
        Assert.Equal(7031, jsonl.Length);
        Assert.Equal(jsonl.Take(2000), Texts(TestData.PathOrSkip("formats/parquet/wikipedia-passages-2000.parquet")));
    }

    [Fact]
    public void Real_files_of_every_format_are_read_whole()
    {
        Assert.Equal(34, Texts(TestData.PathOrSkip("pretrain/books-children.jsonl")).Length);
        Assert.Equal(432, Texts(TestData.PathOrSkip("pretrain/python-docs.jsonl.gz")).Length);
        Assert.Equal(1382, Texts(TestData.PathOrSkip("pretrain/tinystories/v1-valid-head.txt")).Length);
        Assert.Equal(5, Texts(TestData.PathOrSkip("formats/arrow/mmlu-anatomy-dev.arrow"), new ReadOptions { TextColumn = "question" }).Length);
        Assert.Equal(8, Texts(TestData.PathOrSkip("formats/parquet/alltypes_plain.parquet"), new ReadOptions { TextColumn = "string_col" }).Length);
    }

    [Theory]
    [InlineData("alltypes_dictionary", "string_col", 2)]
    [InlineData("alltypes_plain", "string_col", 8)]
    [InlineData("alltypes_plain.snappy", "string_col", 2)]
    [InlineData("datapage_v2.snappy", "a", 4)]
    [InlineData("delta_byte_array", "c_first_name", 968)]
    [InlineData("delta_length_byte_array", "FRUIT", 1000)]
    [InlineData("lz4_raw_compressed", "c1", 4)]
    [InlineData("wikipedia-passages-2000", "text", 2000)]
    public void Parquet_of_every_encoding_is_read(string file, string column, int texts) =>
        Assert.Equal(texts, Texts(TestData.PathOrSkip($"formats/parquet/{file}.parquet"), new ReadOptions { TextColumn = column }).Length);

    [Theory]
    [InlineData("binary", "foo", "binary.parquet:1: NUL at byte 0")]
    [InlineData("byte_stream_split.zstd", "f32", "found f32 (Single), f64 (Double)")]
    [InlineData("concatenated_gzip_members", "long_col", "found long_col (UInt64)")]
    [InlineData("list_columns", "utf8_list/list/item", "utf8_list/list/item (a list)")]
    [InlineData("nested_lists.snappy", "b", "b (Int32)")]
    [InlineData("null_list", "emptylist", "(a list)")]
    [InlineData("rle_boolean_encoding", "datatype_boolean", "datatype_boolean (Boolean)")]
    public void Parquet_without_text_in_the_column_says_what_is_there(string file, string column, string expected) =>
        Assert.Contains(expected, Error(TestData.PathOrSkip($"formats/parquet/{file}.parquet"), new ReadOptions { TextColumn = column }), StringComparison.Ordinal);
}
