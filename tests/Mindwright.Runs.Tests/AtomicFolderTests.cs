using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Testing;

namespace Mindwright.Runs.Tests;

public sealed class AtomicFolderTests
{
    [Fact]
    public void A_folder_replaces_the_one_before_as_a_whole()
    {
        using var temp = new TempFolder();
        AtomicFolder.Write(temp["model"], f => File.WriteAllText(Path.Combine(f, "old.txt"), "old"));
        AtomicFolder.Write(temp["model"], f => File.WriteAllText(Path.Combine(f, "new.txt"), "new"));
        Assert.Equal([temp["model"]], Directory.GetFileSystemEntries(temp.Path));
        Assert.Equal(["manifest.sha256.json", "new.txt"], Directory.GetFiles(temp["model"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        FolderManifest.Verify(temp["model"]);
    }

    [Fact]
    public void Recovery_clears_away_leftovers_and_puts_back_what_was_moved_aside()
    {
        using var temp = new TempFolder();
        AtomicFolder.Write(temp["model"], f => File.WriteAllText(Path.Combine(f, "a"), "whole"));
        // A writer was killed between its two renames, another while it filled its temporary folder, a third in its last clean-up.
        Directory.Move(temp["model"], temp[".old-model"]);
        Directory.CreateDirectory(temp[".tmp-model"]);
        File.WriteAllText(temp[".tmp-manifest.json"], "{");
        AtomicFolder.Write(temp["other"], f => File.WriteAllText(Path.Combine(f, "a"), "new"));
        Directory.CreateDirectory(temp[".old-other"]);

        AtomicFolder.Recover(temp.Path);
        Assert.Equal([temp["model"], temp["other"]], Directory.GetFileSystemEntries(temp.Path).Order(StringComparer.Ordinal));
        FolderManifest.Verify(temp["model"]);
        Assert.Equal("new", File.ReadAllText(Path.Combine(temp["other"], "a")));
        AtomicFolder.Recover(temp["absent"]);
    }

    [Fact]
    public void A_file_that_could_not_be_written_stays_as_it_was()
    {
        using var temp = new TempFolder();
        AtomicFile.WriteText(temp["a.txt"], "one");
        Assert.Throws<IOException>(() => AtomicFile.Write(temp["a.txt"], stream =>
        {
            stream.WriteByte(1);
            throw new IOException("no");
        }));
        Assert.Equal("one", File.ReadAllText(temp["a.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(temp.Path));
        AtomicFile.WriteText(temp["a.txt"], "zwei ü");
        Assert.Equal("zwei ü"u8.ToArray(), File.ReadAllBytes(temp["a.txt"]));
    }

    [Fact]
    public void The_manifest_is_the_same_whatever_the_order_of_writing()
    {
        using var temp = new TempFolder();
        string[] names = ["b", "a", "ä", "c"];
        AtomicFolder.Write(temp["x"], f => Array.ForEach(names, n => File.WriteAllText(Path.Combine(f, n + ".bin"), n)));
        AtomicFolder.Write(temp["y"], f => Array.ForEach([.. names.Reverse()], n => File.WriteAllText(Path.Combine(f, n + ".bin"), n)));
        Assert.Equal(File.ReadAllBytes(Path.Combine(temp["x"], FolderManifest.FileName)), File.ReadAllBytes(Path.Combine(temp["y"], FolderManifest.FileName)));
    }
}
