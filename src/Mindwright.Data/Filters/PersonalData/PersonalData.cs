using System.Text;

namespace Mindwright.Data;

/// <summary>Replaces personal data by a word that names its kind, such as <c>[email]</c>.</summary>
/// <remarks>Only what has a recognizable form is found. Names and postal addresses have none, and stay. Any number of threads may mask at once.</remarks>
internal static class PersonalData
{
    private static readonly IPersonalDataDetector[] s_detectors =
        [new KeyDetector(), new EmailDetector(), new NumberDetector(), new Ipv6Detector(), new IbanDetector()];

    /// <summary>Masks a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kinds">What is to be masked.</param>
    /// <param name="found">Called for every place that was masked, with its kind.</param>
    /// <returns>The masked text; the same object where nothing was found.</returns>
    public static string Mask(string text, PersonalDataKinds kinds, Action<PersonalDataKinds>? found = null)
    {
        var spans = new List<PersonalDataSpan>();
        foreach (var detector in s_detectors)
            if ((detector.Kinds & kinds) != 0)
                detector.Find(text, kinds, spans);
        return spans.Count == 0 ? text : Replace(text, spans, found);
    }

    /// <summary>The word that stands for a kind in masks and reports, in lower case.</summary>
    /// <param name="kind">A single kind.</param>
    public static string Name(PersonalDataKinds kind) => kind.ToString().ToLowerInvariant();

    private static string Replace(string text, List<PersonalDataSpan> spans, Action<PersonalDataKinds>? found)
    {
        // Of two that overlap, the one that starts first is masked; of two that start together, the longer.
        spans.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
        var masked = new StringBuilder(text.Length);
        var copied = 0;
        foreach (var (start, end, kind) in spans)
        {
            if (start < copied)
                continue;
            masked.Append(text, copied, start - copied).Append('[').Append(Name(kind)).Append(']');
            copied = end;
            found?.Invoke(kind);
        }
        return masked.Append(text, copied, text.Length - copied).ToString();
    }
}
