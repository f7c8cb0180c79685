using System.CommandLine;
using Mindwright.Inference.Opening;
using Mindwright.Model;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli.Common;

/// <summary>The argument and the options of all commands that use a model.</summary>
/// <param name="backends">The backends that the program has.</param>
internal sealed class ModelArguments(ModelBackends backends)
{
    private readonly Argument<string?> _model = new("model")
    {
        Description = "A run's folder, its name with or without the date, latest, or a model folder; the newest run with a model if left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _backend = new("--backend")
    {
        Description = $"What computes the model: {ModelBackends.Auto}, {string.Join(", ", backends.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => ModelBackends.Auto,
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "Where: auto, cpu, cuda or cuda:N.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_backend);
        command.Add(_device);
    }

    /// <summary>Opens the model that the command line names.</summary>
    /// <exception cref="UsageException">There is no such backend or device, or the backend does not compute the model there.</exception>
    /// <exception cref="DeviceException">This machine has no such device.</exception>
    public OpenedModel Open(ParseResult parse)
    {
        var backend = parse.GetValue(_backend)!;
        string[] known = [ModelBackends.Auto, .. backends.Names];
        if (!known.Contains(backend, StringComparer.OrdinalIgnoreCase))
            throw new UsageException($"--backend: there is no backend {backend}; write {Alternatives(known)}");
        var name = parse.GetValue(_device)!;
        if (!ModelDevice.TryParse(name, out var device))
            throw new UsageException($"--device: there is no device {name}; write auto, cpu, cuda or cuda:N with the number of a GPU, such as cuda:0");
        try
        {
            return ModelOpening.Open(parse.GetValue(_model), backend, device, backends);
        }
        catch (NotSupportedException e)
        {
            throw new UsageException($"--backend, --device: {e.Message}");
        }
    }

    private static string Alternatives(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";
}
