using Mindwright.Cli.Common;
using Mindwright.Inference.Tests;
using Mindwright.Testing;

namespace Mindwright.Cli.Tests.Commands;

/// <summary>Where a model is computed, and by what: the same for all commands that use one.</summary>
public sealed class ModelArgumentsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ModelArgumentsTests() => ModelFolders.WithoutWeights(_folder.Path);

    public static TheoryData<string> Commands => ["chat", "generate --prompt x", "score", "eval --tasks copa"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_device_that_is_none_is_wrong_usage_and_the_message_names_the_forms(string command)
    {
        var run = Run(command, "--device", "gpu");
        Assert.Equal((ExitCodes.Usage, ""), (run.ExitCode, run.Stdout));
        Assert.Contains("--device: there is no device gpu; write auto, cpu, cuda or cuda:N", run.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_backend_that_is_none_is_wrong_usage_and_the_message_names_those_there_are(string command)
    {
        var run = Run(command, "--backend", "onnx");
        Assert.Equal((ExitCodes.Usage, ""), (run.ExitCode, run.Stdout));
        Assert.Contains("--backend: there is no backend onnx; write auto or torch", run.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_gpu_that_is_not_there_is_a_missing_device(string command)
    {
        foreach (var backend in new[] { "auto", "torch" })
        {
            var run = Run(command, "--backend", backend, "--device", "cuda:63");
            Assert.Equal((ExitCodes.Device, ""), (run.ExitCode, run.Stdout));
            Assert.Contains("the device is cuda:63", run.Stderr, StringComparison.Ordinal);
            Assert.Single(run.Stderr.Trim().Split('\n'));
        }
    }

    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("test", "cpu")]
    [InlineData("TEST", "CPU")]
    public void What_the_program_has_may_be_named(string backend, string device)
    {
        var backends = TestBackend.Only(_ => new TableModel(SmallTokenizer.Instance.VocabularySize, 64, seed: 5));
        var run = CommandRun.Of(backends, "generate", _folder.Path, "--prompt", "the sky", "--max-tokens", "4", "--backend", backend, "--device", device);
        Assert.Equal((0, ""), (run.ExitCode, run.Stderr));
    }

    [Fact]
    public void Help_names_the_backends_of_the_program_and_the_forms_of_devices()
    {
        var help = CommandRun.Of("generate", "--help").Stdout;
        Assert.Contains("auto, torch", help, StringComparison.Ordinal);
        Assert.Contains("auto, cpu, cuda or cuda:N", help, StringComparison.Ordinal);
    }

    private CommandRun Run(string command, params string[] options) =>
        command.Split(' ') is [var name, .. var own] ? CommandRun.Of([name, _folder.Path, .. own, .. options]) : throw new ArgumentException(command);
}
