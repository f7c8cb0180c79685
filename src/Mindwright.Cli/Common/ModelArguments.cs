using System.CommandLine;
using Mindwright.Inference.Opening;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli;

/// <summary>The argument and the options of all commands that use a model.</summary>
/// <param name="backends">The backends that the program has.</param>
internal sealed class ModelArguments(ModelBackends backends)
{
    private readonly Argument<string?> _model = new("model")
    {
        Description = "A run folder, the name of a run in runs/, or a model folder; the newest run with a model if left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _backend = new("--backend")
    {
        Description = $"What computes the model: {ModelBackends.Auto}, {string.Join(", ", backends.Names)}.",
        DefaultValueFactory = _ => ModelBackends.Auto,
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "Where: auto, cpu, cuda or cuda:N.",
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
    public OpenedModel Open(ParseResult parse)
    {
        var name = parse.GetValue(_device)!;
        if (!ModelDevice.TryParse(name, out var device))
            throw new UsageException($"--device: there is no device {name}; write auto, cpu, cuda or cuda:N");
        var folder = ModelFinder.Find(parse.GetValue(_model));
        try
        {
            return OpenedModel.Open(folder, backends, parse.GetValue(_backend)!, device);
        }
        catch (ArgumentException e) when (!backends.Names.Append(ModelBackends.Auto).Contains(parse.GetValue(_backend)!, StringComparer.OrdinalIgnoreCase))
        {
            throw new UsageException($"--backend: {e.Message.Split(" (Parameter", 2)[0]}");
        }
        catch (NotSupportedException e)
        {
            throw new UsageException($"--backend, --device: {e.Message}");
        }
    }
}
