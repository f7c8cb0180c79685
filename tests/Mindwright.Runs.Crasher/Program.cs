using System.Globalization;
using Mindwright.Runs;

// Makes or goes on with the run folder given, one step and one checkpoint after the other, until it is killed or the disk is full. It prints the step it starts from,
// and each step once its checkpoint is saved, so that whoever kills it knows what must still be there.
using var run = RunFolder.IsRun(args[0])
    ? RunFolder.Open(args[0])
    : RunFolder.Create(Path.GetDirectoryName(args[0])!, "crash", "", "", DateTimeOffset.UnixEpoch, output: args[0]);
var step = run.Resume()?.Step ?? 0;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from {step}"));
for (; ; )
{
    step++;
    run.Metrics.Append("pretrain", step, ("loss", 1.0 / step));
    run.SaveCheckpoint("pretrain", step, folder =>
    {
        var random = new Random((int)step);
        for (var file = 0; file < 3; file++)
        {
            var bytes = new byte[random.Next(1, 200_000)];
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(folder, $"part{file}.bin"), bytes);
        }
    });
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"saved {step}"));
}
