namespace Mindwright.Data.BuiltIn;

/// <summary>
/// The API reference documentation that comes with every .NET SDK: some 67,000 described members, the built-in corpus.
/// A part of the members is held out, for evaluation on texts that no model trained here has seen.
/// </summary>
internal sealed class SdkDocs
{
    private SdkDocs(string source, IReadOnlyList<string> files, IReadOnlyList<ApiMember> members, double heldOutShare)
    {
        Source = source;
        Files = files;
        Members = members;
        (Train, HeldOut) = HeldOutSplit.Of(members, heldOutShare);
    }

    /// <summary>The folder that the documentation was read from.</summary>
    public string Source { get; }

    /// <summary>The files that were read.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>All members, each with a text that no other has under the same name; the order is always the same.</summary>
    public IReadOnlyList<ApiMember> Members { get; }

    /// <summary>The members to train on.</summary>
    public IReadOnlyList<ApiMember> Train { get; }

    /// <summary>
    /// The members never to train on: about 2 % of all. No member of <see cref="Train"/> is an overload of one of these, has the same
    /// name, or has the same summary but for digits, punctuation and case.
    /// </summary>
    public IReadOnlyList<ApiMember> HeldOut { get; }

    /// <summary>A stable sample of <see cref="Train"/>: the same members whatever the order of files, and a smaller one is part of a larger one.</summary>
    /// <param name="count">How many members; 0 takes all.</param>
    public IReadOnlyList<ApiMember> Sample(int count) =>
        count == 0 || count >= Train.Count ? Train : [.. Train.OrderBy(member => StableHash.Of(member.Id)).Take(count)];

    /// <summary>Reads the documentation of the .NET installation that runs this program, or else of the NuGet package cache.</summary>
    /// <exception cref="DirectoryNotFoundException">Neither has any; the message names the places and the cure.</exception>
    /// <exception cref="InvalidDataException">A documentation file is damaged.</exception>
    public static SdkDocs Load(CancellationToken cancellationToken = default)
    {
        var (source, files) = DocumentationFiles.Find();
        return Load(source, files, cancellationToken: cancellationToken);
    }

    /// <summary>Reads the given XML documentation files, where an earlier file's description of a member goes before a later one's.</summary>
    /// <param name="source">The value of <see cref="Source"/>.</param>
    /// <param name="files">Paths of XML documentation files.</param>
    /// <param name="heldOutShare">The share of members to hold out, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the reading between two files.</param>
    /// <exception cref="InvalidDataException">A file is not well-formed, or no file describes any member.</exception>
    public static SdkDocs Load(
        string source, IReadOnlyList<string> files, double heldOutShare = 0.02, CancellationToken cancellationToken = default)
    {
        try
        {
            var raw = files.AsParallel().AsOrdered().WithCancellation(cancellationToken)
                .WithExecutionMode(ParallelExecutionMode.ForceParallelism).Select(XmlDocFile.Read).ToList();
            var members = Readable(raw, cancellationToken);
            return members.Count > 0
                ? new SdkDocs(source, files, members, heldOutShare)
                : throw new InvalidDataException(
                    $"The {files.Count} XML documentation files under {source} describe no API member. " +
                    "Install the .NET SDK, or bring your own text (--set data.paths=[PATH]).");
        }
        catch (AggregateException e) when (e.InnerException is InvalidDataException or IOException)
        {
            throw e.InnerException;
        }
    }

    private static List<ApiMember> Readable(List<List<RawMember>> files, CancellationToken cancellationToken)
    {
        var names = new TypeNames();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var distinct = new List<RawMember>();
        foreach (var member in files.SelectMany(file => file))
        {
            if (member.Id.StartsWith("T:", StringComparison.Ordinal))
                names.Add(member.Id[2..], member.TypeParameters);
            if (member.Summary.Length > 0 && ids.Add(member.Id))
                distinct.Add(member);
        }

        var seen = new HashSet<(string, string)>();
        return [.. distinct.AsParallel().AsOrdered().WithCancellation(cancellationToken)
            .Select(member => Readable(member, names)).OfType<ApiMember>()
            .Select(member => (Member: member, Description: member.Description())).AsSequential()
            .Where(read => seen.Add((read.Member.Name, read.Description))).Select(read => read.Member)];
    }

    private static ApiMember? Readable(RawMember member, TypeNames names)
    {
        var name = MemberName.Parse(member, names);
        return name is null || !IsProse(name) ? null : new ApiMember
        {
            Id = member.Id,
            Kind = name.Kind,
            Namespace = name.Namespace,
            Type = name.Type,
            Name = name.Name,
            Signature = name.Signature,
            Summary = ProseWriter.Resolve(member.Summary, names),
            Parameters = Notes(member.Parameters),
            Returns = ProseWriter.Resolve(member.Returns, names),
            Remarks = ProseWriter.Resolve(member.Remarks, names),
            Exceptions = Notes(member.Exceptions.Select(e => (MemberName.OfReference(e.Cref, names), e.Text))),
        };

        ApiNote[] Notes(IEnumerable<(string Name, string Text)> notes) =>
            [.. notes.Where(note => note.Text.Length > 0).Select(note => new ApiNote(note.Name, ProseWriter.Resolve(note.Text, names)))];
    }

    /// <summary>
    /// Left out: processor intrinsics, whose "summaries" are C prototypes and machine instructions (one member in ten), and the internal
    /// classes through which libraries reach the texts of their messages.
    /// </summary>
    private static bool IsProse(MemberName name) =>
        name.Type is not ("SR" or "Resources")
        && name.Namespace is not ("System.Runtime.Intrinsics.Arm" or "System.Runtime.Intrinsics.X86" or "System.Runtime.Intrinsics.Wasm");
}
