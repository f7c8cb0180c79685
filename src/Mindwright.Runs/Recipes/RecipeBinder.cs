using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Mindwright.Runs.Recipes;

/// <summary>Sets the properties of a recipe's object from what was written.</summary>
internal static class RecipeBinder
{
    /// <summary>The word that empties a nullable key; TOML has none of its own.</summary>
    internal const string None = "none";

    private static readonly MethodInfo Clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Writes a table's values over an object's, and records for each key where its value came from.</summary>
    internal static void Bind(object target, RecipeTable table, Dictionary<string, RecipePlace> places, string prefix = "")
    {
        var schema = RecipeSchema.Of(target.GetType());
        foreach (var (name, node) in table.Entries)
        {
            var path = prefix + name;
            if (schema.Find(name) is not { } key)
            {
                if (schema.Former(name) is { ZeroMeansAbsent: true } && node is RecipeScalar { Value: 0L } or RecipeText { Text: "0" })
                    continue;
                throw Unknown(schema, name, path, node);
            }
            places[path] = node.Place;
            key.Set(target, key.IsSection && node is RecipeTable section
                ? Section(key.Get(target), key.Type, section, places, path)
                : key.Nullable && node is RecipeText { Text: None } or RecipeScalar { Value: None }
                    ? null
                    : Value(key.Type, node, places, path));
        }
    }

    private static RecipeException Unknown(RecipeSchema schema, string name, string path, RecipeNode node) => schema.Former(name) is { } former
        ? node.Place.Error("is not a key any more", path, $"it is now {former.Now}")
        : node.Place.Error("no such key", path, EditDistance.Nearest(name, schema.Keys.Select(k => k.Name)) is { } nearest
            ? $"did you mean {nearest}?"
            : $"known here are {string.Join(", ", schema.Keys.Select(k => k.Name))}");

    // The section is copied before it is written to, since its initial value may be a shared object.
    private static object Section(object? current, Type type, RecipeTable table, Dictionary<string, RecipePlace> places, string path)
    {
        var section = current is null ? Activator.CreateInstance(type)! : Clone.Invoke(current, null)!;
        Bind(section, table, places, path + ".");
        return section;
    }

    private static object Value(Type type, RecipeNode node, Dictionary<string, RecipePlace> places, string path)
    {
        if (node is RecipeText text)
            node = Interpret(type, text, path);
        if (RecipeSchema.ItemType(type) is { } itemType)
            return node is RecipeList list ? List(type, itemType, list, places, path) : throw Wrong(node, path, $"a list of {TypeName(itemType)}s, such as [a, b]");
        if (RecipeSchema.IsSection(type))
            return node is RecipeTable table ? Section(null, type, table, places, path) : throw Wrong(node, path, "a section");
        if (node is not RecipeScalar { Value: var value })
            throw Wrong(node, path, TypeName(type));
        if (type.IsEnum)
            return Enum.GetNames(type).FirstOrDefault(n => RecipeSchema.SnakeCase(n) == value as string) is { } member
                ? Enum.Parse(type, member)
                : throw Wrong(node, path, EnumNames(type), EditDistance.Nearest(value as string ?? "", Enum.GetNames(type).Select(RecipeSchema.SnakeCase)));
        return Convert(type, value) ?? throw Wrong(node, path, TypeName(type));
    }

    private static object? Convert(Type type, object value)
    {
        if (type == typeof(string))
            return value as string;
        if (type == typeof(bool))
            return value as bool?;
        if (type == typeof(double))
            return value is double d ? d : value is long l ? (double)l : null;
        if (type == typeof(float))
            return value is double d ? (float)d : value is long l ? (float)l : null;
        // To TOML, 1e9 is not a whole number.
        var whole = value as long? ?? (value is double real && real == Math.Floor(real) && Math.Abs(real) <= 1L << 53 ? (long)real : null);
        if (type == typeof(long))
            return whole;
        if (type == typeof(int))
            return whole is >= int.MinValue and <= int.MaxValue ? (int)whole : null;
        throw new NotSupportedException($"a recipe cannot hold a {type}");
    }

    private static IList List(Type type, Type itemType, RecipeList list, Dictionary<string, RecipePlace> places, string path)
    {
        var array = Array.CreateInstance(itemType, list.Items.Count);
        for (var i = 0; i < array.Length; i++)
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            places[itemPath] = list.Items[i].Place;
            array.SetValue(Value(itemType, list.Items[i], places, itemPath), i);
        }
        return type.IsAssignableFrom(array.GetType()) ? array : (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType), array)!;
    }

    // For a text key the words are the value, in quotes or not; for any other key they are TOML.
    private static RecipeNode Interpret(Type type, RecipeText text, string path)
    {
        var isWord = type == typeof(string) || type.IsEnum;
        if (isWord && text.Text is not ['"' or '\'', ..])
            return new RecipeScalar(text.Text, text.Text, text.Place);
        try
        {
            return Relocate(TomlSource.ReadValue(text.Text), text.Place);
        }
        catch (RecipeException) when (isWord)
        {
            return new RecipeScalar(text.Text, text.Text, text.Place);
        }
        catch (RecipeException)
        {
            throw Wrong(text, path, RecipeSchema.ItemType(type) is { } item ? $"a list of {TypeName(item)}s, such as [a, b]" : TypeName(type));
        }
    }

    private static RecipeNode Relocate(RecipeNode node, RecipePlace place)
    {
        if (node is RecipeList list)
            return new RecipeList([.. list.Items.Select(item => Relocate(item, place))], place);
        if (node is not RecipeTable table)
            return node with { Place = place };
        var moved = new RecipeTable(place);
        foreach (var (key, value) in table.Entries)
            moved.Entries.Add(key, Relocate(value, place));
        return moved;
    }

    private static RecipeException Wrong(RecipeNode node, string path, string expected, string? nearest = null) =>
        node.Place.Error($"expected {expected}, found {node.Describe()}", path, nearest is null ? null : $"did you mean {nearest}?");

    private static string EnumNames(Type type) => string.Join(" or ", Enum.GetNames(type).Select(n => $"\"{RecipeSchema.SnakeCase(n)}\""));

    private static string TypeName(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "text",
        _ when type == typeof(int) || type == typeof(long) => "whole number",
        _ when type == typeof(float) || type == typeof(double) => "number",
        _ when type.IsEnum => EnumNames(type),
        _ => "section",
    };
}
