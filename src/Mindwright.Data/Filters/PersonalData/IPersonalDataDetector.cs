namespace Mindwright.Data;

/// <summary>A place in a text that holds personal data.</summary>
/// <param name="Start">First character.</param>
/// <param name="End">The index after the last character.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct PersonalDataSpan(int Start, int End, PersonalDataKinds Kind);

/// <summary>Finds personal data of one or several kinds.</summary>
/// <remarks>Without state: any number of threads may search at once.</remarks>
internal interface IPersonalDataDetector
{
    /// <summary>What it can find; it is asked only if one of these is wanted.</summary>
    PersonalDataKinds Kinds { get; }

    /// <summary>Adds every place that it finds; places of different detectors may overlap.</summary>
    /// <param name="text">The text.</param>
    /// <param name="wanted">The kinds to look for; others are left alone.</param>
    /// <param name="found">Where the places go.</param>
    void Find(string text, PersonalDataKinds wanted, List<PersonalDataSpan> found);
}
