using CsCheck;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

public sealed class CheckpointStoreTests
{
    [Fact]
    public void What_was_saved_is_found_and_is_whole()
    {
        using var temp = new TempFolder();
        var store = new CheckpointStore(temp["checkpoints"]);
        Assert.Null(store.LatestValid());
        var saved = store.Save("pretrain", 123, folder => Fill(folder, 1), loss: 2.5);
        Assert.Equal(Path.Combine(temp.Path, "checkpoints", "pretrain-step-000123"), saved.Folder);
        Assert.Equal(saved, store.LatestValid());
        Assert.Equal(saved, store.LatestValid("pretrain"));
        Assert.Null(store.LatestValid("sft"));
        CheckpointStore.Verify(saved.Folder);
    }

    [Fact]
    public void Every_flipped_bit_is_detected_and_names_the_file_and_the_one_before_is_taken()
    {
        using var temp = new TempFolder();
        var warnings = new List<string>();
        var store = new CheckpointStore(temp["checkpoints"], warn: warnings.Add);
        var first = store.Save("pretrain", 1, folder => Fill(folder, 1));
        var second = store.Save("pretrain", 2, folder => Fill(folder, 2));
        var files = Directory.GetFiles(second.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Gen.Select(Gen.OneOf(files), Gen.Double[0, 1], Gen.Int[0, 7]).Sample((file, where, bit) =>
        {
            var whole = File.ReadAllBytes(file);
            var changed = (byte[])whole.Clone();
            changed[(int)(where * (whole.Length - 1))] ^= (byte)(1 << bit);
            File.WriteAllBytes(file, changed);
            warnings.Clear();
            try
            {
                var error = Assert.Throws<InvalidDataException>(() => CheckpointStore.Verify(second.Folder));
                Assert.Contains("pretrain-step-000002", error.Message, StringComparison.Ordinal);
                if (Path.GetFileName(file) != FolderManifest.FileName)
                    Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
                Assert.Equal(first, store.LatestValid());
                Assert.NotEmpty(warnings);
            }
            finally
            {
                File.WriteAllBytes(file, whole);
            }
        }, iter: 300, threads: 1);
        Assert.Equal(second, store.LatestValid());
    }

    [Fact]
    public void Every_flipped_bit_of_the_hash_manifest_is_detected()
    {
        using var temp = new TempFolder();
        var saved = new CheckpointStore(temp.Path).Save("sft", 7, folder => File.WriteAllText(Path.Combine(folder, "a.bin"), "a"));
        var path = Path.Combine(saved.Folder, FolderManifest.FileName);
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < 8 * whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i / 8] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, changed);
            Assert.Throws<InvalidDataException>(() => CheckpointStore.Verify(saved.Folder));
        }
    }

    public static TheoryData<string, Action<string>> Damages { get; } = new()
    {
        { "cut by a byte", folder => Cut(Path.Combine(folder, "weights.bin"), 1) },
        { "cut to nothing", folder => Cut(Path.Combine(folder, "weights.bin"), int.MaxValue) },
        { "longer", folder => File.AppendAllText(Path.Combine(folder, "weights.bin"), "x") },
        { "missing file", folder => File.Delete(Path.Combine(folder, "inner", "state.bin")) },
        { "renamed file", folder => File.Move(Path.Combine(folder, "weights.bin"), Path.Combine(folder, "weight.bin")) },
        { "added file", folder => File.WriteAllText(Path.Combine(folder, "extra.bin"), "") },
        { "no manifest", folder => File.Delete(Path.Combine(folder, FolderManifest.FileName)) },
        { "empty manifest", folder => File.WriteAllText(Path.Combine(folder, FolderManifest.FileName), "") },
        { "manifest of nothing", folder => File.WriteAllText(Path.Combine(folder, FolderManifest.FileName), "{}") },
        { "manifest of null", folder => File.WriteAllText(Path.Combine(folder, FolderManifest.FileName), "{\n  \"files\": [\n    null\n  ]\n}\n") },
        { "no description", folder => File.Delete(Path.Combine(folder, "checkpoint.json")) },
        { "renamed folder", folder => Directory.Move(folder, folder.Replace("000002", "000003", StringComparison.Ordinal)) },
        { "no folder", folder => Directory.Delete(folder, recursive: true) },
        { "emptied folder", folder => { Directory.Delete(folder, recursive: true); Directory.CreateDirectory(folder); } },
    };

    [Theory]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public void Any_damage_is_detected_and_the_one_before_is_taken(string what, Action<string> damage)
    {
        Assert.NotEmpty(what);
        using var temp = new TempFolder();
        var store = new CheckpointStore(temp.Path);
        var first = store.Save("pretrain", 1, folder => Fill(folder, 1));
        var second = store.Save("pretrain", 2, folder => Fill(folder, 2));
        damage(second.Folder);
        foreach (var folder in Directory.GetDirectories(temp.Path))
            if (folder != first.Folder)
                Assert.Throws<InvalidDataException>(() => CheckpointStore.Verify(folder));
        Assert.Equal(first, store.LatestValid());
    }

    [Fact]
    public void A_save_that_fails_midway_leaves_nothing_and_the_one_before_stands()
    {
        using var temp = new TempFolder();
        var store = new CheckpointStore(temp.Path);
        var first = store.Save("pretrain", 1, folder => Fill(folder, 1));
        foreach (var step in new[] { 1, 2 }) // over the first one, too
        {
            var error = Assert.Throws<IOException>(() => store.Save("pretrain", step, folder =>
            {
                Fill(folder, 2);
                throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
            }));
            Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
            Assert.Equal([first.Folder], Directory.GetFileSystemEntries(temp.Path));
            Assert.Equal(first, store.LatestValid());
        }
        Assert.Throws<DivideByZeroException>(() => store.Save("pretrain", 3, _ => throw new DivideByZeroException()));
        Assert.Equal([first.Folder], Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void A_full_device_is_named_as_such()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        using var temp = new TempFolder();
        var error = Assert.Throws<IOException>(() => new CheckpointStore(temp.Path).Save("pretrain", 1, _ =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write(new byte[1 << 16]);
        }));
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_ones_and_the_best_are_kept()
    {
        using var temp = new TempFolder();
        var store = new CheckpointStore(temp.Path, keep: 2);
        double?[] losses = [5, 3, 1, 2, 4, null, double.NaN];
        for (var i = 0; i < losses.Length; i++)
            store.Save("pretrain", i, folder => Fill(folder, i), losses[i]);
        Assert.Equal([2L, 5, 6], store.List().Select(c => c.Step));
        store.Save("sft", 1, folder => Fill(folder, 1)); // another stage counts for itself
        Assert.Equal(4, store.List().Count);
    }

    [Fact]
    public void The_newest_valid_one_is_never_deleted()
    {
        // Whatever is saved and damaged: after pruning, the newest whole checkpoint is the one that was the newest before.
        Gen.Select(Gen.Select(Gen.OneOf("pretrain", "sft"), Gen.Int[0, 9], Gen.Bool, Gen.Double[0, 9]).List[1, 8], Gen.Int[1, 3]).Sample((saves, keep) =>
        {
            using var temp = new TempFolder();
            var store = new CheckpointStore(temp.Path, keep: 100);
            var damaged = new List<Checkpoint>();
            foreach (var (stage, step, whole, loss) in saves)
            {
                var saved = store.Save(stage, step, folder => File.WriteAllText(Path.Combine(folder, "w"), "x"), loss);
                damaged.RemoveAll(c => c.Folder == saved.Folder);
                if (!whole)
                    damaged.Add(saved);
            }
            foreach (var checkpoint in damaged)
                File.WriteAllText(Path.Combine(checkpoint.Folder, "w"), "y");
            var newest = store.LatestValid();
            store.Prune(keep);
            Assert.Equal(newest, store.LatestValid());
        }, iter: 30, threads: 1);
    }

    [Fact]
    public void After_a_rewind_the_newest_is_the_one_saved_last()
    {
        using var temp = new TempFolder();
        var store = new CheckpointStore(temp.Path, keep: 5);
        foreach (var step in new[] { 100, 150, 200, 150 })
            store.Save("pretrain", step, folder => Fill(folder, step));
        Assert.Equal(150, store.LatestValid()!.Step);
        Assert.Equal([100L, 200, 150], store.List().Select(c => c.Step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("Stage")]
    public void A_stage_must_have_a_name_that_a_folder_can_bear(string stage)
    {
        using var temp = new TempFolder();
        Assert.Throws<ArgumentException>(() => new CheckpointStore(temp.Path).Save(stage, 1, _ => { }));
    }

    private static void Fill(string folder, int seed)
    {
        var bytes = new byte[2000];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), bytes);
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        File.WriteAllBytes(Path.Combine(folder, "inner", "state.bin"), bytes.AsSpan(..100));
    }

    private static void Cut(string path, int bytes)
    {
        using var stream = File.OpenWrite(path);
        stream.SetLength(Math.Max(0, stream.Length - bytes));
    }
}
