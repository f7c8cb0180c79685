using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mindwright.Data;

namespace Mindwright.Benchmarks;

/// <summary>How fast near duplicates are found on one core: words, signature, and look-up in an index of all documents before.</summary>
internal static class NearDuplicateSpeed
{
    private const int Rounds = 5, PassageChars = 4000;

    public static void Run(string data)
    {
        Console.WriteLine("| documents | MB | MB a second of processor time | near duplicates |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        Measure("web pages", Texts(data, "pretrain/c4-demo.jsonl", "pretrain/dclm-quality.jsonl"));
        Measure("encyclopaedia passages", Texts(data, "pretrain/wikipedia-passages.jsonl"));
        Measure("books, cut at 4,000 characters", Cut(Texts(data, "pretrain/books-children.jsonl", "pretrain/books-classics.jsonl.gz")));
    }

    private static string[] Texts(string data, params string[] files) =>
        [.. Corpus.Read([.. files.Select(file => Path.Combine(data, file))]).Select(document => document.Text)];

    private static string[] Cut(string[] texts) => [.. texts.SelectMany(text => text.Chunk(PassageChars)).Select(chunk => new string(chunk))];

    private static void Measure(string name, string[] texts)
    {
        var bytes = texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text));
        var speeds = new List<double>();
        var found = 0;
        // .NET compiles what runs often a second time, some tenths of a second after the start.
        for (var warmUp = Stopwatch.StartNew(); warmUp.Elapsed.TotalSeconds < 1;)
            Count(texts);
        for (var round = 0; round < Rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            found = Count(texts);
            speeds.Add(bytes / 1e6 / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name}, {texts.Length} | {bytes / 1e6:F1} | {speeds.Order().ElementAt(Rounds / 2):F0} | {found} |"));
    }

    private static int Count(string[] texts)
    {
        var index = new NearDuplicateIndex(threshold: 0.7);
        var signature = new byte[MinHash.Size];
        var found = 0;
        foreach (var text in texts)
        {
            if (!MinHash.TrySign(WordHashes.Of(text), signature))
                continue;
            if (index.Find(signature).Document >= 0)
                found++;
            else
                index.Add(signature);
        }
        return found;
    }
}
