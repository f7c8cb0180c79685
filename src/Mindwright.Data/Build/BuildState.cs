using Mindwright.Runs.Files;

namespace Mindwright.Data;

/// <summary>How far a build has come, on disk: what an interrupted one needs to go on.</summary>
/// <param name="Fingerprint">Of inputs, rules, tokenizer and options; another one makes the state worthless.</param>
/// <param name="Source">Index of the source being read.</param>
/// <param name="Documents">Documents of it that are done.</param>
/// <param name="Writer">How far the shards go.</param>
/// <param name="ListBytes">Length of the list of documents.</param>
/// <param name="KeptBytes">Length of the record of kept documents, from which the sieve learns again what it has seen.</param>
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
