using Mindwright.Runs.Files;

namespace Mindwright.Data;

/// <summary>The progress of a build, on disk: what an interrupted build needs to resume.</summary>
/// <param name="Fingerprint">Hash of inputs, rules, tokenizer and options; a state with another one is not used.</param>
/// <param name="Source">Index of the source being read.</param>
/// <param name="Documents">Documents of it that are done.</param>
/// <param name="Writer">State of the shard writer.</param>
/// <param name="ListBytes">Length of the list of documents, in bytes.</param>
/// <param name="KeptBytes">Length of the record of kept documents, in bytes; from it the filter's duplicate indexes are rebuilt.</param>
/// <param name="Report">The report so far.</param>
internal sealed record BuildState(
    string Fingerprint, int Source, long Documents, ShardWriterState Writer, long ListBytes, long KeptBytes, FilterReport Report)
{
    public const string FileName = "progress.json";

    /// <summary>The state in a folder, if it is there and belongs to this build.</summary>
    public static BuildState? Load(string folder, string fingerprint)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            var state = JsonFormat.Read<BuildState>(path);
            return state.Fingerprint == fingerprint ? state : null;
        }
        catch (InvalidDataException)
        {
            // Progress is written atomically, so a damaged file was not written by a build.
            return null;
        }
    }

    public void Save(string folder) => JsonFormat.Write(Path.Combine(folder, FileName), this);
}
