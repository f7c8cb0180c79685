using System.Text;
using CsCheck;
using Mindwright.Tokens.Bpe;

namespace Mindwright.Tokens.Tests.Bpe;

public class BpeModelTests
{
    private static readonly string[] s_characters = ["a", "b", " ", "é", "ß", "П", "о", "中", "丮", "ー", "😀"];

    /// <summary>
    /// Vocabularies as a trainer would make them, and others: merges in any order, tokens that begin or end within a character, several ways to a
    /// token. All shortcuts (sure merges, vectors, lists for long pieces) must give what the definition gives.
    /// </summary>
    [Fact]
    public void Any_vocabulary_merges_by_the_definition() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var random = new Random(seed);
            var characters = RandomAlphabet(random);
            var (tokens, merges) = RandomVocabulary(random, characters);
            var model = new BpeModel(new Vocabulary(tokens), new MergeTable(merges), ignoreMerges: false);
            for (var i = 0; i < 20; i++)
            {
                var text = RandomBytes(random, characters, random.Next(5) == 0 ? 90 : 14);
                var ids = new int[text.Length];
                Assert.Equal(Definition(text, merges), ids[..model.Encode(text, ids)]);
            }
        }, iter: 2000);

    /// <summary>A byte without a token is dropped, as Hugging Face does, and its neighbors meet.</summary>
    [Fact]
    public void What_stands_on_both_sides_of_a_byte_without_a_token_merges()
    {
        var tokens = Enumerable.Range(0, 256).Select(b => b == 'x' ? null : (byte[]?)[(byte)b]).Append([.. "bc"u8]).Append([.. "ab"u8]).ToList();
        var model = new BpeModel(new Vocabulary(tokens), new MergeTable([new Merge('b', 'c', 0, 256), new Merge('a', 'b', 1, 257)]), ignoreMerges: false);
        var ids = new int[4];
        Assert.Equal(['a', 256], ids[..model.Encode("abxc"u8, ids)]);
        Assert.Null(model.Boundaries);
    }

    [Fact]
    public void Neighboring_characters_that_are_one_unknown_token_are_never_cut_apart()
    {
        var vocabulary = new Vocabulary([null, [.. "a"u8]]);
        BpeModel Model(bool fuse) => new(vocabulary, new MergeTable(1), ignoreMerges: false, new Characters(vocabulary, byteIds: null, unknown: 0, fuse));
        var ids = new int[16];
        Assert.Equal([1, 0, 1], ids[..Model(fuse: true).Encode("a中丮a"u8, ids)]);
        Assert.Null(Model(fuse: true).Boundaries);
        Assert.NotNull(Model(fuse: false).Boundaries);
    }

    [Fact]
    public void A_piece_is_cut_only_where_no_token_reaches_across() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var random = new Random(seed);
            var characters = RandomAlphabet(random);
            var (tokens, merges) = RandomVocabulary(random, characters);
            var model = new BpeModel(new Vocabulary(tokens), new MergeTable(merges), ignoreMerges: false);
            var text = RandomBytes(random, characters, 60);
            var parts = new List<int>();
            for (ReadOnlySpan<byte> rest = text; !rest.IsEmpty;)
            {
                var cut = model.Boundaries!.Next(rest, out var character);
                var ids = Definition(rest[..cut].ToArray(), merges);
                if (character != TokenBoundaries.NoCharacter && model.Character(character) is >= 0 and var id)
                    Assert.Equal(id, Assert.Single(ids));
                parts.AddRange(ids);
                rest = rest[cut..];
            }
            Assert.Equal(Definition(text, merges), parts);
        }, iter: 2000);

    // Of few characters, so that merges meet: all, or ASCII alone.
    private static string[] RandomAlphabet(Random random) => random.Next(2) == 0 ? s_characters : s_characters[..3];

    private static (List<byte[]?> Tokens, List<Merge> Merges) RandomVocabulary(Random random, string[] characters)
    {
        var tokens = Enumerable.Range(0, 256).Select(b => (byte[]?)[(byte)b]).ToList();
        var pairs = new List<(int Left, int Right, int Result)>();
        for (var count = random.Next(1, 60); count > 0; count--)
        {
            // A pair that a random text holds after some of the merges so far.
            var text = RandomBytes(random, characters, 8).Select(b => (int)b).ToList();
            foreach (var (left, right, result) in pairs.Where(_ => random.Next(4) > 0))
                for (var i = 0; i + 1 < text.Count; i++)
                    if (text[i] == left && text[i + 1] == right)
                    {
                        text[i] = result;
                        text.RemoveAt(i + 1);
                    }
            if (text.Count < 2)
                continue;
            var at = random.Next(text.Count - 1);
            if (pairs.Any(p => p.Left == text[at] && p.Right == text[at + 1]))
                continue;
            byte[] bytes = [.. tokens[text[at]]!, .. tokens[text[at + 1]]!];
            var known = tokens.FindIndex(t => t.AsSpan().SequenceEqual(bytes));
            if (known < 0)
            {
                known = tokens.Count;
                tokens.Add(bytes);
            }
            pairs.Add((text[at], text[at + 1], known));
        }
        var order = pairs.ToArray();
        if (random.Next(3) == 0)
            random.Shuffle(order);
        return (tokens, [.. order.Select((p, rank) => new Merge(p.Left, p.Right, rank, p.Result))]);
    }

    // Now and then a character loses a byte, so that invalid UTF-8 occurs too.
    private static byte[] RandomBytes(Random random, string[] characters, int most) =>
        [.. Enumerable.Range(0, random.Next(1, most)).SelectMany(_ => Encoding.UTF8.GetBytes(characters[random.Next(characters.Length)]).Skip(random.Next(30) == 0 ? 1 : 0)).DefaultIfEmpty((byte)'a')];

    private static List<int> Definition(byte[] text, List<Merge> merges)
    {
        var ids = text.Select(b => (int)b).ToList();
        while (true)
        {
            var best = merges.Where(m => Enumerable.Range(0, ids.Count - 1).Any(i => ids[i] == m.Left && ids[i + 1] == m.Right)).OrderBy(m => m.Rank).Cast<Merge?>().FirstOrDefault();
            if (best is not { } merge)
                return ids;
            var at = Enumerable.Range(0, ids.Count - 1).First(i => ids[i] == merge.Left && ids[i + 1] == merge.Right);
            ids[at] = merge.Result;
            ids.RemoveAt(at + 1);
        }
    }
}
