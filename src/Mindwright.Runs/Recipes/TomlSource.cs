using System.Text;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Mindwright.Runs.Recipes;

/// <summary>Reads TOML text into recipe nodes that remember their lines.</summary>
internal static class TomlSource
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static RecipeTable ReadFile(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecipeException("there is no such recipe", path, cure: "check the path", innerException: e);
        }
        try
        {
            var bom = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            return Read(StrictUtf8.GetString(bytes, bom, bytes.Length - bom), path);
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + bytes.AsSpan(0, Math.Clamp(e.Index, 0, bytes.Length)).Count((byte)'\n');
            throw new RecipeException("the file is not UTF-8 text", path, line, cure: "save it as UTF-8", innerException: e);
        }
    }

    /// <summary>All values of a file with their keys' full names, as TOML writes them; none where there is no file.</summary>
    internal static List<(string Key, string? Value)> Flatten(string path) => File.Exists(path) ? [.. Flatten(ReadFile(path), "")] : [];

    private static IEnumerable<(string Key, string? Value)> Flatten(RecipeNode node, string key) => node switch
    {
        RecipeTable table => table.Entries.SelectMany(entry => Flatten(entry.Value, key.Length == 0 ? entry.Key : $"{key}.{entry.Key}")),
        RecipeList { Items: [RecipeTable, ..] } list => list.Items.SelectMany((item, i) => Flatten(item, FormattableString.Invariant($"{key}[{i}]"))),
        RecipeList list => [(key, $"[{string.Join(", ", list.Items.Select(item => Flatten(item, "").First().Value))}]")],
        _ => [(key, ((RecipeScalar)node).Literal)],
    };

    /// <summary>Reads one value, such as <c>[1, 2]</c>.</summary>
    internal static RecipeNode ReadValue(string text) => Read("value = " + text, null).Entries is { Count: 1 } entries
        ? entries["value"]
        : throw new RecipeException($"'{text}' is more than one value");

    private static DocumentSyntax Parse(string text, string? file)
    {
        try
        {
            return SyntaxParser.Parse(text, file ?? "", validate: true);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // Tomlyn, describing an escape beyond the range of characters.
            throw new RecipeException("this is not TOML: it has an escape that is no character", file, innerException: e);
        }
    }

    private static RecipeTable Read(string text, string? file)
    {
        var document = Parse(text, file);
        if (document.HasErrors)
        {
            var first = document.Diagnostics.OrderBy(d => d.Span.Start.Offset).First(d => d.Kind == DiagnosticMessageKind.Error);
            throw new RecipePlace(file, first.Span.Start.Line + 1).Error($"this is not TOML: {first.Message.ReplaceLineEndings(" ")}");
        }
        var root = new RecipeTable(new RecipePlace(file, file is null ? null : 1));
        AddAll(root, document.KeyValues, file);
        foreach (var header in document.Tables)
        {
            var place = PlaceOf(header, file);
            var path = Path(header.Name!);
            var parent = Descend(root, path.AsSpan(..^1), place);
            if (header is TableArraySyntax)
            {
                var items = parent.Entries.TryGetValue(path[^1], out var existing) && existing is RecipeList list ? list.Items : [];
                var item = new RecipeTable(place);
                parent.Entries[path[^1]] = new RecipeList([.. items, item], items.Count > 0 ? existing!.Place : place);
                AddAll(item, header.Items, file);
            }
            else
            {
                AddAll(Descend(parent, path.AsSpan(^1..), place), header.Items, file);
            }
        }
        return root;
    }

    private static void AddAll(RecipeTable table, IEnumerable<KeyValueSyntax> items, string? file)
    {
        foreach (var item in items)
        {
            var path = Path(item.Key!);
            var parent = Descend(table, path.AsSpan(..^1), PlaceOf(item, file));
            parent.Entries[path[^1]] = Node(item.Value!, PlaceOf(item, file), file);
        }
    }

    // Inside [[a]], a header [a.b] means the last item of a.
    private static RecipeTable Descend(RecipeTable table, ReadOnlySpan<string> path, RecipePlace place)
    {
        foreach (var part in path)
        {
            if (!table.Entries.TryGetValue(part, out var entry))
                table.Entries.Add(part, entry = new RecipeTable(place));
            table = entry switch
            {
                RecipeTable section => section,
                RecipeList { Items: [.., RecipeTable last] } => last,
                _ => throw place.Error("it is a value here and a section there", part),
            };
        }
        return table;
    }

    private static RecipeNode Node(ValueSyntax value, RecipePlace place, string? file)
    {
        switch (value)
        {
            case StringValueSyntax text:
                return new RecipeScalar(text.Value!, text.Value!, place);
            case BooleanValueSyntax boolean:
                return new RecipeScalar(boolean.Value, boolean.ToString().Trim(), place);
            case IntegerValueSyntax integer:
                return new RecipeScalar(integer.Value, integer.ToString().Trim(), place);
            case FloatValueSyntax real:
                return new RecipeScalar(real.Value, real.ToString().Trim(), place);
            case ArraySyntax array:
                return new RecipeList([.. array.Items.Select(item => Node(item.Value!, PlaceOf(item, file), file))], place);
            case InlineTableSyntax inline:
                var table = new RecipeTable(place);
                AddAll(table, inline.Items.Select(item => item.KeyValue!), file);
                return table;
            default:
                return new RecipeScalar(value, value.ToString().Trim(), place);
        }
    }

    private static RecipePlace PlaceOf(SyntaxNode node, string? file) => new(file, file is null ? null : node.Span.Start.Line + 1);

    private static string[] Path(KeySyntax key) => [Name(key.Key!), .. key.DotKeys.Select(dotted => Name(dotted.Key!))];

    private static string Name(BareKeyOrStringValueSyntax key) =>
        key is StringValueSyntax quoted ? quoted.Value! : ((BareKeySyntax)key).Key!.Text!;
}
