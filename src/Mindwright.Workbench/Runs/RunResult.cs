using System.Text.Json.Serialization;
using Mindwright.Training.Stages;
using Mindwright.Training.Text;

namespace Mindwright.Workbench.Runs;

/// <summary>What a stage took.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Seconds">Wall time, measuring included.</param>
public sealed record StageTime(string Stage, double Seconds);

/// <summary>What a run reached.</summary>
public sealed record RunResult
{
    /// <summary>The run's folder.</summary>
    public required string Run { get; init; }

    /// <summary>What it learned from, in words.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Wall time of all stages.</summary>
    public double Seconds => Times.Sum(t => t.Seconds);

    /// <summary>Wall time by stage.</summary>
    public required IReadOnlyList<StageTime> Times { get; init; }

    /// <summary>The vocabulary; null where the model brought one.</summary>
    public required VocabularyResult? Tokenizer { get; init; }

    /// <summary>What each stage reached, by its name; of the type that its definition gives.</summary>
    public required IReadOnlyDictionary<string, object> Stages { get; init; }

    /// <summary>Whether what came out can be chatted with.</summary>
    [JsonIgnore]
    public bool IsChat => StageList.All.Any(stage => stage.TeachesConversation && Stages.ContainsKey(stage.Name));

    /// <summary>What a stage reached; null where it was not run.</summary>
    public T? Of<T>()
        where T : class => Stages.Values.OfType<T>().FirstOrDefault();
}
