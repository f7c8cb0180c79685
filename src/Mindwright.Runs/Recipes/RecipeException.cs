using System.Globalization;

namespace Mindwright.Runs.Recipes;

/// <summary>A mistake in a recipe: where it is, which key it concerns, and how to correct it.</summary>
public sealed class RecipeException : Exception
{
    /// <summary>Describes a mistake in a recipe.</summary>
    /// <param name="problem">What is wrong, with the value given.</param>
    /// <param name="file">The recipe's path, the name of an environment variable, or <c>--set</c>; null where no single place is wrong.</param>
    /// <param name="line">Line in the file, from 1; null outside files.</param>
    /// <param name="key">The key with its sections, such as <c>optimizer.learning_rate</c>.</param>
    /// <param name="cure">What to write instead.</param>
    /// <param name="innerException">The exception that caused it, if any.</param>
    public RecipeException(string problem, string? file = null, int? line = null, string? key = null, string? cure = null, Exception? innerException = null)
        : base(Describe(problem, file, line, key, cure), innerException)
    {
        File = file;
        Line = line;
        Key = key;
        Cure = cure;
    }

    /// <summary>The recipe's path, the name of an environment variable, or <c>--set</c>; null where no single place is wrong.</summary>
    public string? File { get; }

    /// <summary>Line in the file, from 1; null outside files.</summary>
    public int? Line { get; }

    /// <summary>The key with its sections; null where the file as a whole is wrong.</summary>
    public string? Key { get; }

    /// <summary>What to write instead.</summary>
    public string? Cure { get; }

    private static string Describe(string problem, string? file, int? line, string? key, string? cure)
    {
        var place = (file, line) switch
        {
            (null, _) => "",
            (_, null) => $"{file}: ",
            _ => string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}: "),
        };
        return $"{place}{(key is null ? "" : key + ": ")}{problem}{(cure is null ? "" : $"; {cure}")}";
    }
}
