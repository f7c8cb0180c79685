using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Mindwright.Runs.Report;

/// <summary>A page under construction: literal parts are markup, interpolated strings are escaped, numbers are invariant.</summary>
internal sealed partial class Markup
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new();

    /// <summary>Text that shows as itself; control characters, which no page may hold, become U+FFFD.</summary>
    public static string Escape(string text) => Encoder.Encode(Controls().Replace(text, "\uFFFD"));

    public Markup Add(FormattableString markup)
    {
        _text.Append(Interpolated(markup));
        return this;
    }

    /// <summary>Adds text that is markup already, such as a style sheet.</summary>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Joins finished pieces.</summary>
    public Markup Add(Markup piece)
    {
        _text.Append(piece._text);
        return this;
    }

    /// <summary>Adds a line break, which keeps the page's source readable.</summary>
    public Markup Line()
    {
        _text.Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Interpolated(FormattableString markup) => string.Format(
        CultureInfo.InvariantCulture,
        markup.Format,
        [
            .. markup.GetArguments().Select(argument => argument switch
            {
                double number => number.ToString("0.##", CultureInfo.InvariantCulture),
                int number => number.ToString(CultureInfo.InvariantCulture),
                Markup piece => piece.ToString(),
                _ => Escape(argument?.ToString() ?? ""),
            }),
        ]);

    [GeneratedRegex(@"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\uFFFE\uFFFF]")]
    private static partial Regex Controls();
}
