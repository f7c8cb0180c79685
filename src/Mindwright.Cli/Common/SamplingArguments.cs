using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;

namespace Mindwright.Cli.Common;

/// <summary>The options of all commands that let a model write.</summary>
internal sealed class SamplingArguments
{
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "The most tokens to write.", DefaultValueFactory = _ => 256 };

    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Below 1 is more predictable, above 1 more varied; 0 always takes the most probable token.",
        DefaultValueFactory = _ => SamplingOptions.Chat.Temperature,
    };

    private readonly Option<int> _topK = new("--top-k") { Description = "Draw from this many most probable tokens only; 0 draws from all." };

    private readonly Option<double> _topP = new("--top-p")
    {
        Description = "Draw from the fewest most probable tokens that reach this probability together; 1 draws from all.",
        DefaultValueFactory = _ => SamplingOptions.Chat.TopP,
    };

    private readonly Option<double> _minP = new("--min-p") { Description = "Draw from tokens at least this fraction as probable as the best; 0 draws from all." };

    private readonly Option<double> _repetitionPenalty = new("--repetition-penalty")
    {
        Description = "Above 1 makes tokens that occurred less probable.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _seed = new("--seed") { Description = "The same seed gives the same text." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _maxTokens, _temperature, _topK, _topP, _minP, _repetitionPenalty, _seed })
            command.Add(option);
    }

    /// <summary>What the command line says.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public GenerationOptions Read(ParseResult parse)
    {
        var options = new GenerationOptions
        {
            MaxNewTokens = parse.GetValue(_maxTokens),
            Sampling = new SamplingOptions
            {
                Temperature = parse.GetValue(_temperature),
                TopK = parse.GetValue(_topK),
                TopP = parse.GetValue(_topP),
                MinP = parse.GetValue(_minP),
                RepetitionPenalty = parse.GetValue(_repetitionPenalty),
                Seed = parse.GetValue(_seed),
            },
        };
        if (options.MaxNewTokens < 1)
            throw new UsageException($"--max-tokens must be 1 or more, not {options.MaxNewTokens}");
        try
        {
            options.Sampling.Validate();
        }
        catch (ArgumentOutOfRangeException e)
        {
            var option = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(e.ParamName!);
            throw new UsageException($"{option}: {UsageException.TextOf(e)}, not {string.Create(CultureInfo.InvariantCulture, $"{e.ActualValue}")}");
        }
        return options;
    }
}
