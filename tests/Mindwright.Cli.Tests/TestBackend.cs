using Mindwright.Inference;
using Mindwright.Inference.Opening;

namespace Mindwright.Cli.Tests;

/// <summary>A backend whose models a test makes, and which computes on the processor only.</summary>
internal sealed class TestBackend(Func<string, ILanguageModel> open) : IModelBackend
{
    public string Name => "test";

    /// <summary>The only backend of a program.</summary>
    public static ModelBackends Only(Func<string, ILanguageModel> open) => new(new TestBackend(open));

    public bool Supports(string folder, ModelDevice device) => device.Kind != ModelDeviceKind.Cuda;

    public ILanguageModel Open(string folder, ModelDevice device) => open(folder);
}
