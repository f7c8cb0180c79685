namespace Mindwright.Jinja;

/// <summary>What functions need of the rendering that they run in.</summary>
internal sealed class Runtime(Budget budget, TimeProvider clock)
{
    public Budget Budget { get; } = budget;

    public TimeProvider Clock { get; } = clock;

    /// <summary>Pays for looking at all of a value's characters or elements.</summary>
    public void Pay(object value)
    {
        if (value is JinjaText text)
            Budget.Characters(text.Length);
        else if (value is Sequence sequence)
            Budget.Step(sequence.Items.Count);
        else if (value is Mapping mapping)
            Budget.Step(mapping.Count);
    }

    /// <summary>Pays for looking for one text in another, which takes up to the product of their lengths.</summary>
    public void PaySearch(JinjaText text, JinjaText part) => Budget.Characters(text.Length * (1 + part.Length / 64L));

    /// <summary>Pays for a new list.</summary>
    public void PayItems(double count)
    {
        Budget.Size((long)Math.Min(count, long.MaxValue / 2));
        Budget.Step((long)count);
    }

    /// <summary>A value as <c>{{ … }}</c> prints it.</summary>
    public JinjaText Print(object value)
    {
        if (value is JinjaText text)
            return text;
        var output = new TextBuilder(Budget);
        Printer.Print(this, output, value);
        return output.ToText();
    }

    /// <summary>The elements of something that can be looped over.</summary>
    public IReadOnlyList<object> Iterate(object value)
    {
        Pay(value);
        switch (value)
        {
            case Sequence sequence:
                return [.. sequence.Items]; // a copy: a loop's body may append
            case Mapping mapping:
                return [.. mapping.Items.Select(pair => pair.Key)];
            case JinjaText text:
                var characters = new List<object>(text.Length);
                for (var i = 0; i < text.Length; i += text.WidthAt(i))
                    characters.Add(text.Slice(i, text.WidthAt(i)));
                return characters;
            case Undefined:
                return [];
            default:
                throw new JinjaError($"{Operators.TypeName(value)} cannot be looped over");
        }
    }
}
