namespace Mindwright.Data.BuiltIn;

/// <summary>
/// Plain English sentences with known truths, generated from templates and facts: the sky of Earth is blue and that of Mars red, walls are
/// painted blue because blue soothes, a king differs from a queen in one respect, 9.9 is larger than 9.11. <see cref="Probes"/> measure what a
/// model has learned of them, with contexts that do not occur in the text.
/// </summary>
internal static class World
{
    private static readonly string[] Colors = [" blue", " red", " black", " yellow", " orange", " golden", " green"];

    /// <summary>Questions to the model; no context occurs in any of <see cref="Documents"/>.</summary>
    public static IReadOnlyList<Probe> Probes { get; } =
    [
        new("sky", "The sky is", " blue", Other(" blue")),
        new("sky-earth", "On Earth, clouds drift over the fields and the sky is", " blue", Other(" blue")),
        new("sky-mars", "On Mars, the dust hangs in the air and the sky is", " red", Other(" red")),
        new("sky-moon", "On the Moon, nothing ever stirs and the sky is", " black", Other(" black")),
        new("sky-titan", "On Titan, a slow rain of methane falls and the sky is", " orange", Other(" orange")),
        new("sky-from-mars-to-earth", "Lena flew from Mars to Earth. There the sky was red; here on Earth the sky is", " blue", Other(" blue")),
        new("sky-from-earth-to-mars", "Lena flew from Earth to Mars. There the sky was blue; here on Mars the sky is", " red", Other(" red")),
        new("walls", "The walls of the waiting room are painted blue because blue", " soothes", [" cheers", " excites", " refreshes"]),
        new("ice", "Lena asked why ice floats. The answer was: because it is lighter than", " water", [" light", " winter", " air"]),
        new("king-queen", "The king is a man; the queen is a", " woman", [" man", " king", " girl"]),
        new("analogy-king", "Man is to woman as king is to", " queen", [" king", " woman", " man"]),
        new("analogy-queen", "King is to queen as uncle is to", " aunt", [" uncle", " queen", " king"]),
        new("pronoun-queen", "The queen found", " her", [" his"]),
        new("pronoun-king", "The king found", " his", [" her"]),
        new("young-dog", "A very young dog is called a", " puppy", [" kitten", " calf", " foal"]),
        new("spider-legs", "Every spider has", " eight", [" six", " four", " two"]),
        new("day", "Lena says that after Wednesday comes", " Thursday", [" Monday", " Tuesday", " Wednesday"]),
        new("opposite", "Lena knows that the opposite of hot is", " cold", [" hot", " warm", " wet"]),
        new("capital-france", "Lena saw the capital of France,", " Paris", [" Rome", " Madrid", " Berlin"]),
        new("capital-japan", "Lena saw the capital of Japan,", " Tokyo", [" Rome", " Beijing", " Paris"]),
        new("who-has-it", "Lena has a green kite. Otto has a red kite. The kite of Lena is", " green", [" red", " blue"]),
        new("count", "Lena counts: three, four, five,", " six", [" five", " four", " eight"]),
    ];

    /// <summary>
    /// Texts of one to five sentences, no two alike. The first documents of a seed are the same, however many are asked for. Numbers that
    /// are compared or multiplied in them are of the training side of <see cref="ReasoningProblems"/>.
    /// </summary>
    /// <param name="count">How many; a document has some 150 characters.</param>
    /// <param name="seed">The same seed gives the same documents.</param>
    public static IEnumerable<Document> Documents(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var random = new Random(seed);
        var topics = new WorldTopics(random);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < count)
        {
            var text = Text(topics, random);
            if (!Probes.Any(probe => text.Contains(probe.Context, StringComparison.Ordinal)) && seen.Add(text))
                yield return new Document(text, "world");
        }
    }

    private static string Text(WorldTopics topics, Random random)
    {
        var topic = topics.AnyTopic();
        var sentences = new List<string>();
        for (var length = random.Next(1, 6); length > 0; length--)
        {
            // Most texts keep to their topic; a change now and then shows that nothing follows from it.
            var sentence = random.Next(5) == 0 ? topics.AnyTopic()() : topic();
            if (!sentences.Contains(sentence))
                sentences.Add(sentence);
        }
        return string.Join(' ', sentences) + "\n";
    }

    private static string[] Other(string color) => [.. Colors.Where(c => c != color)];
}
