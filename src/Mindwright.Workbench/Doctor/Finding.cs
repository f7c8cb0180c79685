
namespace Mindwright.Workbench.Doctor;

/// <summary>How something that the doctor looked at is.</summary>
public enum Health
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but something would make it better.</summary>
    Hint,

    /// <summary>Something that is needed is missing.</summary>
    Missing,
}

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Name">What it is, in snake_case.</param>
/// <param name="Health">How it is.</param>
/// <param name="Found">What was found.</param>
/// <param name="Cure">What would put it right; null where nothing is wrong.</param>
public sealed record Finding(string Name, Health Health, string Found, string? Cure = null);
