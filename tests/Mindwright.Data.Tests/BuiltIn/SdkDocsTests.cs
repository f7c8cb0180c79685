using Mindwright.Data.BuiltIn;
using Mindwright.Testing;

namespace Mindwright.Data.Tests.BuiltIn;

public class SdkDocsTests
{
    /// <summary>The tests run by an SDK, so its documentation is there.</summary>
    internal static readonly Lazy<SdkDocs> Installed = new(() => SdkDocs.Load(TestContext.Current.CancellationToken));

    [Fact]
    public void Reads_a_member_everyone_knows()
    {
        var member = Installed.Value.Members.Single(m => m.Id == "M:System.Collections.Generic.Dictionary`2.TryGetValue(`0,`1@)");

        Assert.Equal("Dictionary<TKey, TValue>.TryGetValue", member.Name);
        Assert.StartsWith(
            """
            Dictionary<TKey, TValue>.TryGetValue(TKey key, out TValue value)
            Method in System.Collections.Generic
            Gets the value associated with the specified key.
            key: The key of the value to get.
            value: When this method returns,
            """.ReplaceLineEndings("\n"), member.ToDocument().Text);
        Assert.Contains("\nThrows ArgumentNullException: key is null.", member.ToDocument().Text);
    }

    [Fact]
    public void The_documents_are_clean()
    {
        var members = Installed.Value.Members;
        Assert.True(members.Count > 20_000, $"{members.Count} members");
        Assert.Equal(members.Count, members.Select(m => m.Id).Distinct().Count());
        Assert.All(members, member =>
        {
            var text = member.ToDocument().Text;
            Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain("\n\n\n", text);
            Assert.False(member.Signature.AsSpan().ContainsAny("`#{}@"), member.Signature);
            Assert.NotEmpty(member.Summary);
        });
    }

    [Fact]
    public void No_held_out_text_or_overload_is_trained_on()
    {
        var docs = Installed.Value;
        Assert.Equal(docs.Members.Count, docs.Train.Count + docs.HeldOut.Count);
        Assert.InRange(docs.HeldOut.Count, docs.Members.Count / 100, docs.Members.Count / 33);

        var heldOutGroups = docs.HeldOut.Select(m => MemberName.OverloadGroup(m.Id)).ToHashSet();
        var heldOutSummaries = docs.HeldOut.Select(m => new string([.. m.Summary.Where(char.IsLetter)])).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(docs.Train, m => heldOutGroups.Contains(MemberName.OverloadGroup(m.Id)));
        Assert.DoesNotContain(docs.Train, m => heldOutSummaries.Contains(new string([.. m.Summary.Where(char.IsLetter)])));
    }

    [Fact]
    public void Loading_again_gives_the_same()
    {
        var again = SdkDocs.Load(TestContext.Current.CancellationToken);
        Assert.Equal(Installed.Value.Members.Select(m => m.ToDocument()), again.Members.Select(m => m.ToDocument()));
        Assert.Equal(Installed.Value.HeldOut.Select(m => m.Id), again.HeldOut.Select(m => m.Id));
    }

    [Fact]
    public void Finds_the_newest_version_of_each_pack_and_no_file_twice()
    {
        using var folder = new TempFolder();
        Put("Microsoft.AspNetCore.App.Ref/10.0.2/ref/net10.0/System.Runtime.xml", "same");
        Put("Microsoft.AspNetCore.App.Ref/10.0.2/ref/net10.0/Microsoft.AspNetCore.xml", "x");
        Put("Microsoft.NETCore.App.Ref/10.0.2/ref/net10.0/System.Runtime.xml", "same");
        Put("Microsoft.NETCore.App.Ref/9.0.11/ref/net9.0/System.Runtime.xml", "old");
        Put("Microsoft.NETCore.App.Ref/10.0.2-rc.1/ref/net10.0/System.Runtime.xml", "preview");
        Put("Microsoft.NETCore.App.Host.linux-x64/10.0.2/ref/net10.0/no.xml", "no");

        Assert.Equal(
            ["Microsoft.NETCore.App.Ref/10.0.2/ref/net10.0/System.Runtime.xml", "Microsoft.AspNetCore.App.Ref/10.0.2/ref/net10.0/Microsoft.AspNetCore.xml"],
            DocumentationFiles.OfPacks(folder.Path).Select(file => Path.GetRelativePath(folder.Path, file).Replace('\\', '/')));

        void Put(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            File.WriteAllText(folder[path], text);
        }
    }

    [Fact]
    public void Finds_documentation_in_a_package_cache()
    {
        using var folder = new TempFolder();
        foreach (var path in new[] { "a/1.2.0/lib/net8.0/A.xml", "a/1.10.0/lib/net8.0/A.xml", "b/1.0.0/tools/B.xml" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            File.WriteAllText(folder[path], "<doc/>");
        }
        Assert.Equal([Path.Combine(folder.Path, "a", "1.10.0", "lib", "net8.0", "A.xml")], DocumentationFiles.OfPackageCache(folder.Path));
        Assert.Empty(DocumentationFiles.OfPackageCache(folder["missing"]));
        Assert.Empty(DocumentationFiles.OfPacks(folder["missing"]));
    }

    [Fact]
    public void Files_without_members_are_an_error_with_the_cure()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["a.xml"], "<doc/>");
        var error = Assert.Throws<InvalidDataException>(
            () => SdkDocs.Load("there", [folder["a.xml"]], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("data.paths", error.Message);

        File.WriteAllText(folder["b.xml"], "<doc");
        error = Assert.Throws<InvalidDataException>(
            () => SdkDocs.Load("there", [folder["a.xml"], folder["b.xml"]], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("b.xml", error.Message);
    }
}
