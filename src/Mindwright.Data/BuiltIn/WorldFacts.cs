namespace Mindwright.Data.BuiltIn;

/// <summary>What is true in the little world: tables from which <see cref="WorldTopics"/> makes sentences.</summary>
internal static class WorldFacts
{
    /// <summary>A place with a sky; <paramref name="Details"/> are clauses that hold there.</summary>
    public sealed record Place(string Name, string Color, string Reason, string[] Details);

    /// <summary>The color of the sky by day, seen from the ground or, where there is none, from among the clouds.</summary>
    public static readonly Place[] Skies =
    [
        new("Earth", "blue", "the air scatters blue light more than red",
            ["birds sing in the trees", "waves roll onto the beach", "children play in the park", "the grass is green",
            "rain fills the rivers"]),
        new("Mars", "red", "fine dust floats in the thin air",
            ["red rocks lie everywhere", "a rover rolls over the stones", "fine dust covers the plains", "the air is thin and cold",
            "an old volcano stands far away"]),
        new("Venus", "yellow", "thick clouds of acid hide the sun",
            ["the heat melts lead", "thick clouds hide the sun", "the air is heavy and hot", "the rocks glow with heat"]),
        new("the Moon", "black", "there is no air to scatter the light",
            ["there is no wind", "footprints stay for ever", "grey dust covers the ground", "craters lie next to craters"]),
        new("Mercury", "black", "there is hardly any air",
            ["the sun looks huge", "the days are hot and the nights are cold", "grey craters cover the ground"]),
        new("Titan", "orange", "a thick haze fills the air",
            ["lakes of methane lie still", "a thick haze hides the stars", "the ground is as hard as stone with cold"]),
        new("Saturn", "golden", "pale yellow clouds fill it", ["the rings hang overhead like a bridge", "strong winds drive the clouds"]),
        new("Neptune", "blue", "its air swallows the red light", ["storms race around the planet", "the sun is only a bright star"]),
    ];

    /// <summary>What may be said of any place: then its name alone tells the color of its sky.</summary>
    public static readonly string[] Anywhere =
    [
        "it is noon", "the day is long", "a traveller rests", "somebody looks up", "the hours pass slowly", "a camera turns", "the morning begins",
        "the light is bright", "a visitor arrives",
    ];

    /// <summary>Something that is so, and why.</summary>
    public static readonly (string Fact, string Reason)[] Reasons =
    [
        ("ice floats", "it is lighter than water"), ("people carry umbrellas", "it may rain"), ("bread rises", "yeast makes gas"),
        ("leaves look green", "they hold chlorophyll"), ("we wear coats in winter", "it is cold"), ("the ground is wet", "it has rained"),
        ("plants turn to the window", "they need light"), ("bees visit flowers", "they gather nectar"),
        ("ships float", "they push water aside"),
        ("the moon shines", "it reflects the light of the sun"), ("iron rusts", "it meets water and air"),
        ("the baby cries", "it is hungry"),
        ("the cat sleeps by the stove", "it is warm there"), ("we switch on the lamp", "it is dark"),
        ("the kettle whistles", "the water boils"),
        ("the day is bright", "the sun shines"), ("the lake is frozen", "the night was very cold"),
        ("drivers stop at the crossing", "the light is red"),
        ("drivers go on", "the light is green"), ("birds fly south", "winter is coming"),
        ("sailors look at the stars", "the stars show the way"),
        ("honey is sweet", "it is full of sugar"), ("the sea tastes of salt", "rivers carry salt into it"),
        ("shadows are long in the evening", "the sun stands low"),
        ("a stone sinks", "it is heavier than water"), ("wool keeps us warm", "it holds air"), ("the window is open", "the room was hot"),
    ];

    /// <summary>What a color does to people who sit between walls of it.</summary>
    public static readonly (string Color, string Effect)[] WallColors =
        [("blue", "soothes"), ("yellow", "cheers"), ("red", "excites"), ("green", "refreshes")];

    /// <summary>Rooms with those who are in them.</summary>
    public static readonly (string Room, string People)[] Rooms =
    [
        ("hospital", "patients"), ("bedroom", "sleepers"), ("library", "readers"), ("classroom", "pupils"), ("office", "workers"),
        ("clinic", "visitors"),
        ("nursery", "children"), ("reading room", "guests"), ("surgery", "patients"), ("hotel", "travellers"), ("studio", "painters"),
    ];

    /// <summary>Pairs of words that differ in one respect: he and she. The first <see cref="GrownUps"/> speak of grown-ups only.</summary>
    public static readonly (string He, string She)[] Genders =
    [
        ("king", "queen"), ("duke", "duchess"), ("emperor", "empress"), ("father", "mother"), ("husband", "wife"),
        ("grandfather", "grandmother"),
        ("waiter", "waitress"), ("lord", "lady"), ("actor", "actress"), ("man", "woman"), ("prince", "princess"), ("boy", "girl"),
        ("brother", "sister"),
        ("son", "daughter"), ("uncle", "aunt"), ("nephew", "niece"),
    ];

    /// <summary>How many of <see cref="Genders"/> are words for a man and a woman, other than these two words themselves.</summary>
    public const int GrownUps = 9;

    /// <summary>What people of a rank have and where they live.</summary>
    public static readonly (string He, string She, string[] Things, string Place)[] Ranks =
    [
        ("king", "queen", ["crown", "throne", "sceptre", "kingdom"], "castle"), ("man", "woman",
            ["coat", "hat", "bicycle", "garden", "book"], "house"),
        ("boy", "girl", ["kite", "ball", "school bag", "toy", "pencil"], "house"),
            ("prince", "princess", ["pony", "silver ring", "garden"], "castle"),
        ("father", "mother", ["umbrella", "old car", "watch"], "house"),
            ("grandfather", "grandmother", ["armchair", "walking stick", "cat"], "cottage"),
        ("duke", "duchess", ["carriage", "hunting dog", "park"], "manor"), ("emperor", "empress", ["army", "crown", "empire"], "palace"),
    ];

    public static readonly string[] Things = ["ring", "letter", "book", "cup", "hat", "key", "lamp", "coat", "glove", "coin", "basket",
    "map"];

    /// <summary>An animal, its young, its sound, its legs and its kind.</summary>
    public sealed record Animal(string Name, string? Young, string? Sound, int Legs, string Kind);

    public static readonly Animal[] Animals =
    [
        new("dog", "puppy", "barks", 4, "mammal"), new("cat", "kitten", "meows", 4, "mammal"), new("cow", "calf", "moos", 4, "mammal"),
        new("horse", "foal", "neighs", 4, "mammal"), new("sheep", "lamb", "bleats", 4, "mammal"),
            new("pig", "piglet", "grunts", 4, "mammal"),
        new("goat", "kid", "bleats", 4, "mammal"), new("lion", "cub", "roars", 4, "mammal"), new("bear", "cub", "growls", 4, "mammal"),
        new("wolf", "pup", "howls", 4, "mammal"), new("mouse", null, "squeaks", 4, "mammal"), new("hen", "chick", "clucks", 2, "bird"),
        new("duck", "duckling", "quacks", 2, "bird"), new("goose", "gosling", "honks", 2, "bird"), new("owl", "owlet", "hoots", 2, "bird"),
        new("crow", null, "caws", 2, "bird"), new("swan", "cygnet", null, 2, "bird"), new("frog", "tadpole", "croaks", 4, "amphibian"),
        new("bee", null, "buzzes", 6, "insect"), new("ant", null, null, 6, "insect"), new("butterfly", "caterpillar", null, 6, "insect"),
        new("spider", null, null, 8, "arachnid"), new("lizard", null, null, 4, "reptile"), new("trout", null, null, 0, "fish"),
            new("salmon", null, null, 0, "fish"),
    ];

    /// <summary>From small to large.</summary>
    public static readonly string[] BySize = ["ant", "bee", "mouse", "crow", "cat", "sheep", "horse", "elephant", "whale"];

    public static readonly (string A, string B)[] Opposites =
    [
        ("hot", "cold"), ("big", "small"), ("day", "night"), ("wet", "dry"), ("light", "dark"), ("fast", "slow"), ("old", "young"),
        ("full", "empty"),
        ("high", "low"), ("open", "closed"), ("hard", "soft"), ("loud", "quiet"), ("rich", "poor"), ("strong", "weak"), ("long", "short"),
        ("near", "far"), ("early", "late"), ("thick", "thin"), ("clean", "dirty"), ("happy", "sad"), ("true", "false"),
                ("up", "down"), ("left", "right"), ("inside", "outside"), ("sweet", "bitter"), ("brave", "cowardly"), ("first", "last"),
    ];

    public static readonly (string Country, string Capital, string Continent)[] Capitals =
    [
        ("France", "Paris", "Europe"), ("Italy", "Rome", "Europe"), ("Spain", "Madrid", "Europe"), ("Germany", "Berlin", "Europe"),
        ("Austria", "Vienna", "Europe"),
        ("Poland", "Warsaw", "Europe"), ("Portugal", "Lisbon", "Europe"), ("Greece", "Athens", "Europe"), ("Norway", "Oslo", "Europe"),
        ("Sweden", "Stockholm", "Europe"),
        ("Finland", "Helsinki", "Europe"), ("Denmark", "Copenhagen", "Europe"), ("Ireland", "Dublin", "Europe"),
        ("Belgium", "Brussels", "Europe"),
        ("Hungary", "Budapest", "Europe"), ("Romania", "Bucharest", "Europe"), ("Iceland", "Reykjavik", "Europe"),
        ("Croatia", "Zagreb", "Europe"),
        ("Japan", "Tokyo", "Asia"), ("China", "Beijing", "Asia"), ("India", "New Delhi", "Asia"), ("Thailand", "Bangkok", "Asia"),
        ("Vietnam", "Hanoi", "Asia"),
        ("South Korea", "Seoul", "Asia"), ("Nepal", "Kathmandu", "Asia"), ("Mongolia", "Ulaanbaatar", "Asia"), ("Iraq", "Baghdad", "Asia"),
        ("Egypt", "Cairo", "Africa"), ("Kenya", "Nairobi", "Africa"), ("Ghana", "Accra", "Africa"), ("Morocco", "Rabat", "Africa"),
        ("Ethiopia", "Addis Ababa", "Africa"),
        ("Senegal", "Dakar", "Africa"), ("Canada", "Ottawa", "North America"), ("Mexico", "Mexico City", "North America"),
        ("Cuba", "Havana", "North America"),
        ("Brazil", "Brasília", "South America"), ("Peru", "Lima", "South America"), ("Chile", "Santiago", "South America"),
        ("Argentina", "Buenos Aires", "South America"),
        ("Colombia", "Bogotá", "South America"), ("Ecuador", "Quito", "South America"), ("Australia", "Canberra", "Oceania"),
        ("New Zealand", "Wellington", "Oceania"),
    ];

    public static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>Things that always have the color.</summary>
    public static readonly (string Thing, string Color)[] Colors =
    [
        ("grass", "green"), ("snow", "white"), ("coal", "black"), ("blood", "red"), ("a ripe lemon", "yellow"), ("a carrot", "orange"),
        ("milk", "white"),
        ("a tomato", "red"), ("the sun on a child's drawing", "yellow"), ("a raven", "black"), ("a leaf in spring", "green"),
        ("chalk", "white"), ("a plum", "purple"),
        ("a cornflower", "blue"), ("the deep sea", "blue"), ("a flamingo", "pink"), ("chocolate", "brown"), ("an elephant", "grey"),
    ];

    public static readonly (string Tool, string Use)[] Tools =
    [
        ("knife", "cut bread"), ("hammer", "drive in nails"), ("broom", "sweep the floor"), ("needle", "sew"), ("key", "open a door"),
        ("pen", "write"), ("spoon", "eat soup"),
        ("saw", "cut wood"), ("spade", "dig a hole"), ("brush", "paint a wall"), ("kettle", "boil water"),
        ("ladder", "climb onto the roof"), ("torch", "see in the dark"),
        ("scale", "weigh flour"), ("ruler", "draw a straight line"), ("telescope", "look at the stars"),
        ("thermometer", "measure the heat"),
    ];

    public static readonly (string Name, bool IsHe)[] People =
    [
        ("Ana", false), ("Ben", true), ("Clara", false), ("David", true), ("Emma", false), ("Felix", true), ("Greta", false),
            ("Hugo", true), ("Ida", false), ("Jonas", true),
        ("Kira", false), ("Leo", true), ("Mia", false), ("Noah", true), ("Olga", false), ("Paul", true), ("Rosa", false), ("Sam", true),
            ("Tara", false), ("Victor", true),
    ];

    public static readonly string[] ToyColors = ["red", "blue", "green", "yellow", "black", "white", "orange"];

    public static readonly string[] Toys = ["kite", "ball", "boat", "car", "cap", "scarf", "cup", "drum", "book", "balloon"];

    public static readonly string[] Containers = ["box", "bag", "drawer", "basket", "cupboard", "bucket"];

    public static readonly string[] NumberWords =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    public static readonly string[] Fruit = ["apples", "pears", "plums", "nuts", "eggs", "coins", "stones", "marbles"];
}
