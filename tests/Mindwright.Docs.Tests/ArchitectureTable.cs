namespace Mindwright.Docs.Tests;

/// <summary>The table of projects in <c>docs/architecture.md</c>.</summary>
internal sealed class ArchitectureTable
{
    private const string Header = "| project | lives there | may use | libtorch |";
    private const string Prefix = "Mindwright.";

    private readonly Dictionary<string, Row> _rows = [];

    private ArchitectureTable()
    {
    }

    /// <summary>The projects it names, from top to bottom.</summary>
    public IReadOnlyCollection<string> Projects => _rows.Keys;

    /// <summary>Reads the table of a document.</summary>
    /// <exception cref="InvalidDataException">There is none, or a row names a project that does not stand above it.</exception>
    public static ArchitectureTable Parse(string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        var start = Array.IndexOf(lines, Header);
        if (start < 0)
            throw new InvalidDataException($"the document has no table \"{Header}\"");
        var table = new ArchitectureTable();
        foreach (var line in lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|')))
        {
            var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length != 4 || cells[3] is not ("yes" or "no"))
                throw new InvalidDataException($"the row \"{line}\" has not four cells of which the last is yes or no");
            var project = cells[0].Trim('`');
            table._rows.Add(project, new Row(table.Closure(project, cells[2]), cells[3] == "yes"));
        }
        return table;
    }

    /// <summary>What a project may use: the projects that its row names, and what these may use.</summary>
    public IReadOnlySet<string> MayUse(string project) => _rows[project].MayUse;

    /// <summary>Whether libtorch may be behind a project.</summary>
    public bool MayLoadTorch(string project) => _rows[project].MayLoadTorch;

    private HashSet<string> Closure(string project, string cell)
    {
        IEnumerable<string> named = cell switch
        {
            "–" => [],
            "all above" => _rows.Keys,
            _ => cell.Split(',', StringSplitOptions.TrimEntries).Select(name => Prefix + name),
        };
        var all = new HashSet<string>();
        foreach (var name in named)
        {
            if (!_rows.TryGetValue(name, out var row))
                throw new InvalidDataException($"{project} may use {name}, which does not stand above it in the table");
            all.Add(name);
            all.UnionWith(row.MayUse);
        }
        return all;
    }

    private sealed record Row(HashSet<string> MayUse, bool MayLoadTorch);
}
