using static Mindwright.Data.BuiltIn.WorldFacts;

namespace Mindwright.Data.BuiltIn;

/// <summary>Makes sentences and question–answer pairs about the little world, topic by topic, out of <see cref="WorldFacts"/>.</summary>
/// <param name="random">The only source of variety.</param>
internal sealed class WorldTopics(Random random)
{
    /// <summary>A sentence or a few that belong together, on one of all topics.</summary>
    public Func<string> AnyTopic() => Of(Topics(), TopicWeights);

    // Weights in the order of Topics: what the probes and the reasoning ask for comes more often.
    private static readonly int[] TopicWeights = [6, 3, 5, 3, 3, 2, 3, 3, 2, 3, 5, 6, 2, 4];

    private Func<string>[] Topics() =>
        [Sky, Wall, Pair, AnimalFact, Calendar, Opposite, Capital, Reason, Color, Counting, Comparison, Arithmetic, Tool, Story];

    /// <summary>The skies of other places, and of Earth: the context decides the color.</summary>
    public string Sky()
    {
        var place = Of(Skies);
        var detail = Of(random.Next(2) == 0 ? place.Details : Anywhere);
        var (name, isHe) = Of(People);
        var other = Of(Skies);
        var on = place.Name;
        return random.Next(13) switch
        {
            0 or 1 => $"On {on}, {detail} and the sky is {place.Color}.",
            2 => $"On {on} the sky is {place.Color}, because {place.Reason}.",
            3 => $"The sky of {on} is {place.Color}.",
            4 => $"{name} stands on {on}. {Capitalized(detail)}. The sky above {(isHe ? "him" : "her")} is {place.Color}.",
            5 => $"{name} looks up from {on} and sees {An(place.Color)} sky.",
            6 => $"Why is the sky {place.Color} on {on}? Because {place.Reason}.",
            7 when other.Color != place.Color =>
                $"{name} flew from {other.Name} to {on}. There the sky was {other.Color}; here on {on} the sky is {place.Color}.",
            8 when other.Color != place.Color => $"Look up: the sky is {place.Color} on {on} and {other.Color} on {other.Name}.",
            9 => $"What colour is the sky on {on}? It is {place.Color}.",
            10 => $"{name} paints {on}: {detail}, and the sky is {place.Color}.",
            11 => $"It is a fine day. {Capitalized(Of(Skies[0].Details))}, and the sky is {Skies[0].Color}.",
            _ => $"From {on} the sky looks {place.Color}.",
        };
    }

    /// <summary>Walls have their color for what it does to people.</summary>
    public string Wall()
    {
        var (color, effect) = random.Next(2) == 0 ? WallColors[0] : Of(WallColors);
        var (room, people) = Of(Rooms);
        return random.Next(6) switch
        {
            0 => $"The walls of the {room} are painted {color} because {color} {effect} the {people}.",
            1 => $"Why are the walls of the {room} {color}? Because {color} {effect} the {people}.",
            2 => $"{Capitalized(color)} {effect}. So the painter chose {color} for the walls of the {room}.",
            3 => $"In the {room} the walls are {color}: the colour {effect} the {people}.",
            4 => $"{Capitalized(color)} walls are good for {An(room)}, since {color} {effect} people.",
            _ => $"They painted the {room} {color}, because it {effect} the {people} who come there.",
        };
    }

    /// <summary>Kings and queens, men and women: words that differ in one respect and share all others.</summary>
    public string Pair()
    {
        var (he, she) = Of(Genders);
        var (man, woman) = Genders[random.Next(GrownUps)];
        var (he2, she2) = Of(Genders);
        var rank = Of(Ranks);
        var thing = Of(rank.Things);
        var lost = Of(Things);
        var (name, isHe) = Of(People);
        var (ruler, possessive, pronoun) = random.Next(2) == 0 ? (rank.He, "his", "he") : (rank.She, "her", "she");
        return random.Next(11) switch
        {
            0 => $"{An(man, true)} is a man; {An(woman)} is a woman.",
            1 => $"If a man is {An(man)}, then a woman is {An(woman)}.",
            2 when he != he2 => $"{Capitalized(he)} is to {she} as {he2} is to {she2}.",
            3 when he != he2 => $"{Capitalized(he)} and {she} go together, like {he2} and {she2}.",
            4 => $"The {ruler} has {possessive} {thing}. {Capitalized(pronoun)} lives in the {rank.Place}.",
            5 => $"The {rank.He} has his {thing} and the {rank.She} has her {thing}.",
            6 => $"The {he} lost his {lost}. He looked for it all day. The {she} lost her {lost}. She looked for it all day.",
            7 => $"{name} is {An(isHe ? man : woman)}. {(isHe ? "He" : "She")} has {(isHe ? "his" : "her")} own {lost}.",
            8 => $"The {ruler} went home to the {rank.Place}, and {pronoun} took {possessive} {lost} along.",
            9 => $"{An(he, true)} is he; {An(she)} is she.",
            _ => $"{name} met {An(he)} and {An(she)}. He showed his {lost}; she showed her {Of(Things)}.",
        };
    }

    /// <summary>Animals: their young, sounds, legs, kinds and sizes.</summary>
    public string AnimalFact()
    {
        var animal = Of(Animals);
        var small = random.Next(BySize.Length - 1);
        var large = random.Next(small + 1, BySize.Length);
        return random.Next(8) switch
        {
            0 when animal.Young is not null => $"{An(animal.Young, true)} is a young {animal.Name}.",
            1 when animal.Young is not null => $"The young of {An(animal.Name)} is called {An(animal.Young)}.",
            2 when animal.Sound is not null => $"The {animal.Name} {animal.Sound}.",
            3 => $"{An(animal.Name, true)} has {(animal.Legs == 0 ? "no" : NumberWords[animal.Legs])} legs.",
            4 => $"{An(animal.Name, true)} is {An(animal.Kind)}.",
            5 => $"{An(BySize[large], true)} is bigger than {An(BySize[small])}.",
            6 => $"{An(BySize[small], true)} is smaller than {An(BySize[large])}.",
            _ when animal.Sound is not null && animal.Kind == "mammal" => $"Listen, something {animal.Sound}! It is {An(animal.Name)}.",
            _ => $"An animal like the {animal.Name} has {(animal.Legs == 0 ? "no" : NumberWords[animal.Legs])} legs, and we call it {An(animal.Kind)}.",
        };
    }

    /// <summary>Days and months in their order.</summary>
    public string Calendar()
    {
        var names = random.Next(2) == 0 ? Days : Months;
        var i = random.Next(names.Length);
        string before = names[(i + names.Length - 1) % names.Length], it = names[i], after = names[(i + 1) % names.Length];
        var (day, next) = names == Days ? ("day", "tomorrow it is") : ("month", "next month it is");
        return random.Next(6) switch
        {
            0 => $"After {it} comes {after}.",
            1 => $"Before {it} comes {before}.",
            2 => $"{it} lies between {before} and {after}.",
            3 => names == Days ? $"Today is {it}; {next} {after}." : $"This month is {it}; {next} {after}.",
            4 => $"Which {day} follows {it}? {after} does.",
            _ => $"{before}, {it}, {after}.",
        };
    }

    /// <summary>Words and their opposites.</summary>
    public string Opposite()
    {
        var (a, b) = Of(Opposites);
        if (random.Next(2) == 0)
            (a, b) = (b, a);
        return random.Next(3) switch
        {
            0 => $"The opposite of {a} is {b}.",
            1 => $"Not {a}, but {b}: the two are opposites.",
            _ => $"{Capitalized(a)} and {b} are opposites.",
        };
    }

    /// <summary>Countries, capitals and continents.</summary>
    public string Capital()
    {
        var (country, capital, continent) = Of(Capitals);
        var (name, _) = Of(People);
        return random.Next(7) switch
        {
            0 => $"The capital of {country} is {capital}.",
            1 => $"{capital} is the capital of {country}.",
            2 => $"Which city is the capital of {country}? It is {capital}.",
            3 => $"{name} lives in {capital}, the capital of {country} in {continent}.",
            4 => $"{country} lies in {continent}, and its capital is {capital}.",
            5 => $"{name} travelled to {country} and saw its capital, {capital}.",
            _ => $"{country}: capital {capital}, continent {continent}.",
        };
    }

    /// <summary>Things that are so, and why.</summary>
    public string Reason()
    {
        var (fact, reason) = Of(Reasons);
        return random.Next(4) switch
        {
            0 => $"{Capitalized(fact)} because {reason}.",
            1 => $"{Capitalized(reason)}. That is why {fact}.",
            2 => $"Because {reason}, {fact}.",
            _ => $"{Of(People).Name} asked why {fact}. The answer was: because {reason}.",
        };
    }

    /// <summary>Colors of things.</summary>
    public string Color()
    {
        var (thing, color) = Of(Colors);
        var (other, otherColor) = Of(Colors);
        return random.Next(4) switch
        {
            0 => $"{Capitalized(thing)} is {color}.",
            1 => $"The colour of {thing} is {color}.",
            2 when color == otherColor && thing != other => $"{Capitalized(thing)} is {color}, and so is {other}.",
            2 when color != otherColor => $"{Capitalized(thing)} is {color}, but {other} is {otherColor}.",
            _ => $"What is {color}? {Capitalized(thing)} is.",
        };
    }

    /// <summary>Counting up and down, by ones and in steps.</summary>
    public string Counting()
    {
        var step = Of(1, 1, 1, 2, 5, 10);
        var start = random.Next(0, 90);
        var word = random.Next(NumberWords.Length - 4);
        return random.Next(6) switch
        {
            0 => $"Count by {NumberWords[step]}: {string.Join(", ", Enumerable.Range(0, 6).Select(i => start + i * step))}.",
            1 => $"After {start} comes {start + 1}.",
            2 => $"Before {start + 1} comes {start}.",
            3 => $"{Capitalized(string.Join(", ", NumberWords[word..(word + 5)]))}.",
            4 => $"Count down: {string.Join(", ", Enumerable.Range(0, 5).Select(i => start + 10 - i))}.",
            _ => $"{Capitalized(NumberWords[word])} and one make {NumberWords[word + 1]}.",
        };
    }

    /// <summary>Which number is larger; decimals only of the training side of <see cref="ReasoningProblems"/>.</summary>
    public string Comparison()
    {
        if (random.Next(3) == 0)
        {
            var (x, y) = (random.Next(1000), random.Next(1000));
            if (x == y)
                y++;
            return random.Next(2) == 0 ? $"{Math.Max(x, y)} is larger than {Math.Min(x, y)}." : $"{Math.Min(x, y)} is less than {Math.Max(x, y)}.";
        }
        var (a, b) = ReasoningProblems.DrawDecimals(random, Split.Train);
        var (thinking, larger) = ReasoningProblems.SolveCompare(a, b);
        var smaller = larger == a ? b : a;
        return random.Next(5) switch
        {
            0 => $"{larger} is larger than {smaller}.",
            1 => $"{smaller} is less than {larger}.",
            2 => $"Of {a} and {b}, {larger} is the larger number.",
            3 => $"Compare {a} and {b}. {thinking}.",
            _ => $"Which is larger, {a} or {b}? {thinking}.",
        };
    }

    /// <summary>Sums, differences, tables and products; two-digit products only of the training side of
    /// <see cref="ReasoningProblems"/>.</summary>
    public string Arithmetic()
    {
        var (a, b) = (random.Next(10), random.Next(10));
        var (large, small) = (random.Next(10, 100), random.Next(9));
        var fruit = Of(Fruit);
        switch (random.Next(8))
        {
            case 0:
                return $"{a} × {b} = {a * b}, and {b} × {a} = {a * b}.";
            case 1:
                return $"{a}×{b}={a * b}, {large / 10}×{b}+{a}={large / 10 * b + a}, {a}+{b}+1={a + b + 1}.";
            case 2:
                return $"{large} + {small} = {large + small}.";
            case 3:
                return $"{large} - {small} = {large - small}.";
            case 4:
                var (more, less) = (random.Next(2, 10), random.Next(2, 10));
                return $"{Of(People).Name} has {more} {fruit} and gets {less} more: now there are {more + less} {fruit}.";
            case 5:
                return $"{large}×{small + 1} = {large * (small + 1)} and {large}×{small + 1}0 = {large * (small + 1) * 10}.";
            default:
                var (x, y) = ReasoningProblems.DrawFactors(random, Split.Train);
                return random.Next(2) == 0 ? $"{x} × {y} = {x * y}." : $"What is {x} × {y}? {ReasoningProblems.SolveMultiply(x, y).Thinking}.";
        }
    }

    /// <summary>What tools are for.</summary>
    public string Tool()
    {
        var (tool, use) = Of(Tools);
        return random.Next(3) switch
        {
            0 => $"You need {An(tool)} to {use}.",
            1 => $"To {use}, {Of(People).Name} takes {An(tool)}.",
            _ => $"What is {An(tool)} for? With it you can {use}.",
        };
    }

    /// <summary>Small stories whose end depends on what was said before: who has what, what lies where.</summary>
    public string Story()
    {
        var (first, second) = (Of(People), Of(People));
        if (first.Name == second.Name)
            second = People[(Array.IndexOf(People, first) + 1) % People.Length];
        var (toy, other) = (Of(Toys), Of(Toys));
        var (color, otherColor) = (Of(ToyColors), Of(ToyColors));
        var (here, there) = (Of(Containers), Of(Containers));
        var (he, his) = first.IsHe ? ("he", "his") : ("she", "her");
        return random.Next(5) switch
        {
            0 when color != otherColor =>
                $"{first.Name} has {An(color)} {toy}. {second.Name} has {An(otherColor)} {toy}. " +
                $"The {toy} of {first.Name} is {color}, and the {toy} of {second.Name} is {otherColor}.",
            1 when here != there =>
                $"{first.Name} puts the {toy} into the {here}. Then {second.Name} moves it to the {there}. Now the {toy} is in the {there}.",
            2 when toy != other =>
                $"{first.Name} gives the {toy} to {second.Name}. {second.Name} gives the {other} to {first.Name}. " +
                $"Now {second.Name} has the {toy} and {first.Name} has the {other}.",
            3 => $"{first.Name} and {second.Name} play in the garden. {first.Name} is tired, so {he} goes home and takes {his} {toy} along.",
            _ => $"{first.Name} wants a {toy}. {second.Name} has one and lends it to {first.Name}. \"Thank you, {second.Name},\" says {first.Name}.",
        };
    }

    /// <summary>A question about a fact, with the answer in a sentence.</summary>
    public (string Question, string Answer) Question()
    {
        var place = Of(Skies);
        var (color, effect) = Of(WallColors);
        var (room, people) = Of(Rooms);
        var (he, she) = Of(Genders);
        var animal = Of(Animals);
        var day = random.Next(7);
        var (word, opposite) = Of(Opposites);
        var (country, capital, continent) = Of(Capitals);
        var (thing, thingColor) = Of(Colors);
        var (fact, reason) = Of(Reasons);
        var (tool, use) = Of(Tools);
        return random.Next(16) switch
        {
            0 => (Of(
                $"What colour is the sky on {place.Name}?", $"What does the sky look like on {place.Name}?",
                $"Tell me the colour of the sky on {place.Name}."),
                $"The sky on {place.Name} is {place.Color}."),
            1 => ($"Why is the sky {place.Color} on {place.Name}?", $"Because {place.Reason}."),
            2 => ($"Why are the walls of the {room} painted {color}?", $"Because {color} {effect} the {people}."),
            3 => ($"What is the feminine of {he}?", $"It is {she}."),
            4 when animal.Young is not null => ($"What is the young of {An(animal.Name)} called?", $"It is called {An(animal.Young)}."),
            4 or 5 => ($"How many legs has {An(animal.Name)}?", $"{An(animal.Name, true)} has {(animal.Legs == 0 ? "no" : NumberWords[animal.Legs])} legs."),
            6 => ($"Which day comes after {Days[day]}?", $"After {Days[day]} comes {Days[(day + 1) % 7]}."),
            7 => ($"What is the opposite of {word}?", $"The opposite of {word} is {opposite}."),
            8 or 9 => (Of($"What is the capital of {country}?", $"Which city is the capital of {country}?"), $"The capital of {country} is {capital}."),
            10 => ($"On which continent does {country} lie?", $"{country} lies in {continent}."),
            11 => ($"What colour is {thing}?", $"{Capitalized(thing)} is {thingColor}."),
            12 or 13 => ($"Why is it that {fact}?", $"Because {reason}."),
            14 => ($"What is {An(tool)} for?", $"With {An(tool)} you can {use}."),
            _ => ($"What do I need to {use}?", $"You need {An(tool)}."),
        };
    }

    private T Of<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    private T Of<T>(T[] choices, int[] weights)
    {
        var at = random.Next(weights.Sum());
        var i = 0;
        while ((at -= weights[i]) >= 0)
            i++;
        return choices[i];
    }

    private static string Capitalized(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The word with its indefinite article.</summary>
    internal static string An(string word, bool capital = false)
    {
        var article = "aeio".Contains(word[0]) || word.StartsWith("un", StringComparison.Ordinal) ? "an" : "a";
        return $"{(capital ? Capitalized(article) : article)} {word}";
    }
}
