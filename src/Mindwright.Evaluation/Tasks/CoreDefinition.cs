
namespace Mindwright.Evaluation.Tasks;

/// <summary>How one CORE task is prompted and centered.</summary>
/// <param name="Name">The task.</param>
/// <param name="File">Its file in Mosaic's evaluation gauntlet.</param>
/// <param name="Kind">How it is scored.</param>
/// <param name="Shots">Solved examples before each item.</param>
/// <param name="Baseline">What the score is centered at, in [0, 1].</param>
/// <param name="Delimiter">The text between question and answer.</param>
internal sealed record CoreDefinition(string Name, string File, CoreKind Kind, int Shots, double Baseline, string Delimiter = " ")
{
    private const string Answer = "\nAnswer: ";

    /// <summary>
    /// The 22 tasks of CORE with the shots, delimiters and random baselines of DCLM (eval/heavy.yaml and eval/eval_meta_data.csv).
    /// </summary>
    public static IReadOnlyList<CoreDefinition> All { get; } =
    [
        Choice("hellaswag_zeroshot", 0, 0.25, file: "hellaswag"),
        Text("jeopardy", 10, Answer, file: "jeopardy_all"),
        Text("bigbench_qa_wikidata", 10),
        Choice("arc_easy", 10, 0.25, Answer),
        Choice("arc_challenge", 10, 0.25, Answer),
        Choice("copa", 0, 0.5),
        Choice("commonsense_qa", 10, 0.403),
        Choice("piqa", 10, 0.5, Answer),
        Choice("openbook_qa", 0, 0.25),
        Text("lambada_openai", 0),
        Choice("hellaswag", 10, 0.25),
        new("winograd", "winograd_wsc.jsonl", CoreKind.Schema, 0, 0.5),
        new("winogrande", "winogrande.jsonl", CoreKind.Schema, 0, 0.5),
        Text("bigbench_dyck_languages", 10),
        Choice("agi_eval_lsat_ar", 3, 0.25),
        Text("bigbench_cs_algorithms", 10),
        Text("bigbench_operators", 10),
        Text("bigbench_repeat_copy_logic", 10),
        Text("squad", 10),
        Text("coqa", 0),
        Choice("boolq", 10, 0.62, Answer),
        Choice("bigbench_language_identification", 10, 0.25),
    ];

    private static CoreDefinition Choice(string name, int shots, double baseline, string delimiter = " ", string? file = null) =>
        new(name, $"{file ?? name}.jsonl", CoreKind.MultipleChoice, shots, baseline, delimiter);

    private static CoreDefinition Text(string name, int shots, string delimiter = " ", string? file = null) =>
        new(name, $"{file ?? name}.jsonl", CoreKind.LanguageModeling, shots, 0, delimiter);
}
