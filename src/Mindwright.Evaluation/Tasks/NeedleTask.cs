using System.Globalization;
using System.Text;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// A fact hidden in a long text (Kamradt 2023, "needle in a haystack"): does the model still recall it at the end? Results by the
/// length of the text and the depth of the fact in it.
/// </summary>
internal static class NeedleTask
{
    private const int Repetitions = 5;

    private static readonly double[] Depths = [0, 0.25, 0.5, 0.75, 1];

    private static readonly string[] Hay =
    [
        "The harbour was quiet in the morning, and the boats lay in two rows.",
        "A baker opened his shop and put the first loaves into the window.",
        "Two children counted the gulls on the wall and began again whenever one flew off.",
        "In the afternoon the wind turned, and the flags on the pier turned with it.",
        "The postman knew every door in the street by its color.",
        "Somebody had left a blue umbrella on the bench beside the well.",
        "Later the lamps were lit one after another along the water.",
        "An old woman told her cat what she had seen at the market.",
    ];

    private static readonly string[] Places = ["Amber", "Cedar", "Falcon", "Granite", "Juniper", "Lantern", "Meadow", "Saffron"];

    /// <summary>Makes the task for lengths up to what the model can attend over.</summary>
    /// <param name="model">Its tokenizer decides how much text fills a length.</param>
    /// <param name="lengths">Lengths in tokens; those beyond the model's context are left out.</param>
    /// <param name="seed">Chooses hay and needles.</param>
    /// <exception cref="NotSupportedException">No length fits.</exception>
    public static ContinuationTask Create(TextModel model, IReadOnlyList<int> lengths, int seed = 7)
    {
        int[] fitting = [.. lengths.Where(length => length <= model.Model.ContextLength)];
        if (fitting.Length == 0)
            throw new NotSupportedException($"No length of the needle task fits into the model's context of {model.Model.ContextLength} tokens.");
        var random = new Random(seed);
        var items = new List<ContinuationItem>();
        foreach (var length in fitting)
            foreach (var depth in Depths)
                for (var i = 0; i < Repetitions; i++)
                    items.Add(Hide(model, length, depth, random));
        return new("needle", items, string.Create(CultureInfo.InvariantCulture, $"needle {string.Join(',', fitting)} {seed}"));
    }

    private static ContinuationItem Hide(TextModel model, int length, double depth, Random random)
    {
        var place = Places[random.Next(Places.Length)];
        var number = random.Next(100, 1000).ToString(CultureInfo.InvariantCulture);
        var needle = $"The number of the house in {place} Street is {number}.";
        var question = $"The number of the house in {place} Street is";

        var space = length - model.EncodeFromStart($"{needle} {question} {number}").Length;
        var hay = new List<string>();
        for (var used = 0; ;)
        {
            var sentence = Hay[random.Next(Hay.Length)];
            used += model.Encode(" " + sentence).Length;
            if (used > space)
                break;
            hay.Add(sentence);
        }
        hay.Insert((int)Math.Round(depth * hay.Count), needle);
        var group = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{length,6} tokens, depth {depth * 100,3:0} %").ToString();
        return new($"{string.Join(' ', hay)} {question}", " " + number, group);
    }
}
