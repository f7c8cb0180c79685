using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Mindwright.Benchmarks;

/// <summary>
/// Encodes the same text with our tokenizer and with Microsoft.ML.Tokenizers, in turns, so that a busy machine slows both.
/// First pass: a tokenizer that has seen no text yet, in a process whose code is compiled; warm: the same text once more.
/// </summary>
internal static class TokenizerComparison
{
    private const int Rounds = 5;

    public static void Run(string data, string[] encodings)
    {
        Console.WriteLine("| encoding | text | MB | first pass MB/s | warm | two threads, first pass | Microsoft.ML first pass | ratio | bytes allocated a byte beyond the result | same ids |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        var corpora = Corpora.Read(data).ToArray();
        foreach (var encoding in encodings)
            foreach (var (name, text) in corpora)
                Compare(File(encoding), encoding, name, text);
        Console.WriteLine();
        Console.WriteLine("| encoding | one piece | milliseconds, first pass | bytes allocated a byte beyond the result |");
        Console.WriteLine("| --- | --- | ---: | ---: |");
        (string Name, byte[] Text)[] pieces =
        [
            ("100,000 random letters", Letters(100_000)),
            ("10,000,000 times one letter", Enumerable.Repeat((byte)'a', 10_000_000).ToArray()),
        ];
        foreach (var encoding in encodings)
            foreach (var (name, piece) in pieces)
                MeasurePiece(File(encoding), encoding, name, piece);

        string File(string encoding) => Path.Combine(data, "tokenizers", "tiktoken", encoding + ".tiktoken");
    }

    private static byte[] Letters(int count)
    {
        var letters = new byte[count];
        new Random(1).GetItems("abcdefghijklmnopqrstuvwxyz"u8, letters);
        return letters;
    }

    private static void MeasurePiece(string file, string encoding, string name, byte[] piece)
    {
        var speed = Tokens.EncodingSpeed.Measure(() => Tokens.Tokenizer.Load(file), piece, threads: 1);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {encoding} | {name} | {piece.Length / 1e3 / speed.FirstPass:F1} | {speed.AllocatedPerByte:F3} |"));
    }

    private static void Compare(string file, string encoding, string name, byte[] text)
    {
        var ours = new List<double>();
        var warm = new List<double>();
        var two = new List<double>();
        var theirs = new List<double>();
        var chars = Encoding.UTF8.GetString(text);
        var pattern = new RegexPreTokenizer(new Regex(Tokens.Tokenizer.Load(file).Pattern!, RegexOptions.Compiled), null);
        var extra = 0.0;
        var same = false;
        // .NET compiles what runs often a second time, some tenths of a second after the start: not the tokenizers' work, so it is done first.
        var warmUp = Stopwatch.StartNew();
        while (warmUp.Elapsed.TotalSeconds < 1)
            Tokens.Tokenizer.Load(file).EncodeParallel(text.AsSpan(0, Math.Min(text.Length, 1_000_000)), 2);
        for (warmUp.Restart(); warmUp.Elapsed.TotalSeconds < 1;)
            TiktokenTokenizer.Create(file, pattern, null).EncodeToIds(chars.AsSpan(0, Math.Min(chars.Length, 300_000)));
        for (var round = 0; round < Rounds; round++)
        {
            var tokenizer = Tokens.Tokenizer.Load(file);
            int[] ids = [];
            ours.Add(Speed(text, () => ids = tokenizer.Encode(text), out var allocated));
            extra = (allocated - ids.Length * 4.0) / text.Length;
            warm.Add(Speed(text, () => tokenizer.Encode(text), out _));
            tokenizer = Tokens.Tokenizer.Load(file);
            two.Add(Speed(text, () => tokenizer.EncodeParallel(text, 2), out _));
            var other = TiktokenTokenizer.Create(file, pattern, null);
            IReadOnlyList<int> theirIds = [];
            theirs.Add(Speed(text, () => theirIds = other.EncodeToIds(chars), out _));
            same = theirIds.SequenceEqual(ids);
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {encoding} | {name} | {text.Length / 1e6:F1} | {Median(ours):F0} | {Median(warm):F0} | {Median(two):F0} | {Median(theirs):F1} | {Median(ours) / Median(theirs):F1} | {extra:F3} | {same} |"));
    }

    private static double Speed(byte[] text, Action encode, out long allocated)
    {
        // Neither pays for what loading the other left behind.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        encode();
        var seconds = clock.Elapsed.TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        return text.Length / 1e6 / seconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
