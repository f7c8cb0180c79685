using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Common;
using Mindwright.Tokens;

namespace Mindwright.Cli.Commands;

/// <summary><c>bench tokenizer</c>: how fast a tokenizer encodes a file.</summary>
internal static class BenchTokenizerCommand
{
    public static Command Create()
    {
        var tokenizer = new Option<string>("--tokenizer", "-t") { Description = "The tokenizer's file or folder.", Required = true };
        var file = new Option<string>("--file", "-f") { Description = "A UTF-8 text file, up to 2 GB.", Required = true };
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => 1 };
        return new Command("tokenizer", "Measure encoding speed: the first pass of a fresh tokenizer, and a second.") { tokenizer, file, threads }.Does((parse, output, cancellation) =>
        {
            if (parse.GetValue(threads) < 1)
                throw new UsageException("--threads takes a number of 1 or more");
            var path = parse.GetValue(tokenizer)!;
            var speed = EncodingSpeed.Measure(() => Tokenizer.Load(path), File.ReadAllBytes(parse.GetValue(file)!), parse.GetValue(threads), ct: cancellation);
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{speed.Bytes / 1e6:F1} MB, {speed.Tokens} tokens, {speed.Threads} thread(s): {speed.FirstPass:F0} MB/s first pass{(speed.Threads > 1 ? $" ({speed.TimesOneThread:F2} × one thread)" : "")}, {speed.Warm:F0} MB/s warm, {speed.AllocatedPerByte:F3} bytes allocated a byte"));
            output.Document(new
            {
                speed.Bytes,
                speed.Tokens,
                speed.Threads,
                FirstPassMbPerSecond = speed.FirstPass,
                WarmMbPerSecond = speed.Warm,
                speed.TimesOneThread,
                speed.AllocatedPerByte,
            });
        });
    }
}
