using System.Text;
using System.Xml;

namespace Mindwright.Data.BuiltIn;

/// <summary>A member as it stands in the file: its texts are cleaned, but references are still marks (<see cref="ProseWriter"/>).</summary>
internal sealed class RawMember(string id)
{
    public string Id { get; } = id;
    public string Summary { get; set; } = "";
    public string Returns { get; set; } = "";
    public string Remarks { get; set; } = "";
    public List<(string Name, string Text)> Parameters { get; } = [];
    public List<string> TypeParameters { get; } = [];
    public List<(string Cref, string Text)> Exceptions { get; } = [];
}

/// <summary>Reads the members of a compiler's XML documentation file, one after the other.</summary>
internal static class XmlDocFile
{
    /// <summary>Streams the members of <paramref name="path"/>; a file whose root is not <c>doc</c> has none.</summary>
    /// <exception cref="InvalidDataException">The file is not well-formed XML, or has a DTD.</exception>
    public static List<RawMember> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return Read(file, path);
    }

    /// <summary>Reads members from <paramref name="stream"/>; <paramref name="name"/> is for messages.</summary>
    public static List<RawMember> Read(Stream stream, string name)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        var members = new List<RawMember>();
        try
        {
            using var reader = XmlReader.Create(stream, settings);
            if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "doc")
                return members;
            while (reader.Read())
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "member" && reader.GetAttribute("name") is { } id)
                    members.Add(ReadMember(reader, id));
        }
        catch (XmlException e)
        {
            throw new InvalidDataException(
                $"{name} is not a valid XML documentation file: {e.Message} Reinstall the .NET SDK, or bring your own text (--set data.paths=[PATH]).", e);
        }
        return members;
    }

    private static RawMember ReadMember(XmlReader reader, string id)
    {
        var member = new RawMember(id);
        if (reader.IsEmptyElement)
            return member;
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            switch (reader.LocalName)
            {
                case "summary":
                    member.Summary = Append(member.Summary, ReadProse(reader));
                    break;
                case "returns" or "value":
                    member.Returns = Append(member.Returns, ReadProse(reader));
                    break;
                case "remarks":
                    member.Remarks = Append(member.Remarks, ReadProse(reader));
                    break;
                case "param":
                    member.Parameters.Add((reader.GetAttribute("name") ?? "", ReadProse(reader)));
                    break;
                case "typeparam":
                    member.TypeParameters.Add(reader.GetAttribute("name") ?? "");
                    SkipContent(reader);
                    break;
                case "exception":
                    member.Exceptions.Add((reader.GetAttribute("cref") ?? "", ReadProse(reader)));
                    break;
                default:
                    SkipContent(reader);
                    break;
            }
        }
        return member;
    }

    private static string Append(string text, string more) =>
        text.Length == 0 || text == more ? more : more.Length == 0 ? text : $"{text}\n{more}";

    /// <summary>Leaves the reader on the end of the element it stands on.</summary>
    private static void SkipContent(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return;
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
        }
    }

    private static string ReadProse(XmlReader reader)
    {
        var writer = new ProseWriter();
        ReadContent(reader, writer);
        return writer.ToString();
    }

    private static void ReadContent(XmlReader reader, ProseWriter writer)
    {
        if (reader.IsEmptyElement)
            return;
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.NodeType == XmlNodeType.Element)
                ReadElement(reader, writer);
            else if (reader.HasValue)
                writer.Text(reader.Value);
        }
    }

    private static void ReadElement(XmlReader reader, ProseWriter writer)
    {
        switch (reader.LocalName)
        {
            case "see" or "seealso" or "a" or "xref":
                var cref = reader.GetAttribute("cref") ?? reader.GetAttribute("uid");
                var plain = reader.GetAttribute("langword") ?? reader.GetAttribute("href");
                var before = writer.Length;
                ReadContent(reader, writer);
                if (writer.Length == before && cref is not null)
                    writer.Reference(cref);
                else if (writer.Length == before && plain is not null)
                    writer.Text(plain);
                break;
            case "paramref" or "typeparamref":
                writer.Text(reader.GetAttribute("name") ?? "");
                SkipContent(reader);
                break;
            case "para" or "p" or "div" or "ul" or "list" or "example" or "h2" or "h3":
                writer.NewLine();
                ReadContent(reader, writer);
                writer.NewLine();
                break;
            case "item" or "li":
                writer.NewLine();
                writer.Text("- ");
                ReadContent(reader, writer);
                writer.NewLine();
                break;
            case "term":
                ReadContent(reader, writer);
                writer.ColonIfMoreFollows();
                break;
            case "br":
                writer.Text(" ");
                SkipContent(reader);
                break;
            case "sup":
                writer.Text("^");
                ReadContent(reader, writer);
                break;
            case "code":
                writer.Code(TextOf(reader));
                break;
            case "listheader" or "forInternalUseOnly" or "devremarks" or "script":
                SkipContent(reader);
                break;
            default:
                ReadContent(reader, writer);
                break;
        }
    }

    private static string TextOf(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return "";
        var text = new StringBuilder();
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
            if (reader.HasValue)
                text.Append(reader.Value);
        return text.ToString();
    }
}
