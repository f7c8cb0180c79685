using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mindwright.Runs.Report;

namespace Mindwright.Planning;

/// <summary>A column of a <see cref="PlanTable"/>: its key, and the unit of its numbers (empty for text).</summary>
public sealed record PlanColumn(string Name, string Unit = "");

/// <summary>Figures that repeat over rows. A cell is a <see cref="double"/> or a <see cref="string"/>.</summary>
/// <param name="Name">The key in JSON and the title in text.</param>
/// <param name="Columns">What a row holds.</param>
/// <param name="Rows">As many cells a row as there are columns.</param>
/// <param name="Source">Assumptions and source.</param>
/// <param name="OnlyJson">True for data that only programs read.</param>
public sealed record PlanTable(
    string Name, IReadOnlyList<PlanColumn> Columns, IReadOnlyList<IReadOnlyList<object>> Rows, string Source, bool OnlyJson = false);

/// <summary>
/// The answer to a planning question: figures with formula and source, tables, and notes. Immutable and thread-safe.
/// </summary>
public sealed record Plan(string Name, IReadOnlyList<Quantity> Figures, IReadOnlyList<PlanTable> Tables, IReadOnlyList<string> Notes)
{
    /// <summary>The value of a figure; <see cref="KeyNotFoundException"/> where the plan has none of that name.</summary>
    public double this[string figure] =>
        Find(figure)?.Value ?? throw new KeyNotFoundException($"the plan '{Name}' has no figure '{figure}'");

    /// <summary>The figure of that name, or null.</summary>
    public Quantity? Find(string figure) => Figures.FirstOrDefault(q => q.Name == figure);

    /// <summary>Aligned columns of plain text, for a terminal; lines end in <c>\n</c>.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        // Sources are long and repeat: the table numbers them, and they follow below.
        var sources = Figures.Select(q => q.Source).Where(IsLong).Distinct().ToList();
        if (Figures.Count > 0)
            TextTable.Write(text, ["figure", "value", "formula", "source"],
                [.. Figures.Select(q => (string[])[q.Name, q.ToString(), q.Formula, IsLong(q.Source) ? $"[{sources.IndexOf(q.Source) + 1}]" : q.Source])],
                rightAligned: 1);
        for (var i = 0; i < sources.Count; i++)
            text.Append(i == 0 ? "\n[" : "[").Append(i + 1).Append("] ").Append(sources[i]).Append('\n');
        foreach (var table in Tables.Where(table => !table.OnlyJson))
        {
            if (text.Length > 0)
                text.Append('\n');
            text.Append(table.Name).Append(" (").Append(table.Source).Append(")\n");
            TextTable.Write(text, [.. table.Columns.Select(c => c.Name)],
                [.. table.Rows.Select(row => row.Select((cell, i) => Cell(cell, table.Columns[i].Unit)).ToArray())]);
        }
        if (Notes.Count > 0 && text.Length > 0)
            text.Append('\n');
        foreach (var note in Notes)
            text.Append("note: ").Append(note).Append('\n');
        return text.ToString();
    }

    private static bool IsLong(string source) => source.Length > 12;

    /// <summary>
    /// One JSON document: <c>{"plan", "figures": {name: {value, unit, formula, source}}, "tables": {name: [{column: value}]}, "notes":
    /// []}</c>.
    /// A value that has no bound is <c>null</c>, since JSON has no infinity.
    /// </summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonOptions))
            WriteTo(json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    internal static readonly JsonWriterOptions JsonOptions = new()
    {
        Indented = true,
        NewLine = "\n",
        // The document goes to a file or a pipe, never into HTML: × and · stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("plan", Name);
        json.WriteStartObject("figures");
        foreach (var figure in Figures)
        {
            json.WriteStartObject(figure.Name);
            WriteNumber(json, "value", figure.Value);
            json.WriteString("unit", figure.Unit);
            json.WriteString("formula", figure.Formula);
            json.WriteString("source", figure.Source);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartObject("tables");
        foreach (var table in Tables)
        {
            json.WriteStartArray(table.Name);
            foreach (var row in table.Rows)
            {
                json.WriteStartObject();
                for (var i = 0; i < row.Count; i++)
                    if (row[i] is double number)
                        WriteNumber(json, table.Columns[i].Name, number);
                    else
                        json.WriteString(table.Columns[i].Name, (string)row[i]);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteStartArray("notes");
        foreach (var note in Notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static string Cell(object cell, string unit) => cell is double number ? Figure.Quantity(number, unit) : (string)cell;
}

/// <summary>Collects a plan's figures in the order in which they are derived.</summary>
internal sealed class PlanBuilder(string name)
{
    private readonly List<Quantity> _figures = [];
    private readonly List<PlanTable> _tables = [];
    private readonly List<string> _notes = [];

    public double Add(string figure, double value, string unit, string formula, string source)
    {
        _figures.Add(new Quantity(figure, value, unit, formula, source));
        return value;
    }

    public double Given(string figure, double value, string unit) => Add(figure, value, unit, "given", "you");

    public void Table(
        string table, string source, IReadOnlyList<PlanColumn> columns, IEnumerable<IReadOnlyList<object>> rows, bool onlyJson = false) =>
        _tables.Add(new PlanTable(table, columns, [.. rows], source, onlyJson));

    public void Note(string note) => _notes.Add(note);

    public Plan Build() => new(name, _figures, _tables, _notes);
}
