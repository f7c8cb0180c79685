using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Mindwright.Runs.Recipes;

/// <summary>Checks a recipe's values against the rules on its properties, wherever the values came from.</summary>
internal static class RecipeValidator
{
    internal static void Check(object section, IReadOnlyDictionary<string, RecipePlace> places, RecipePlace fallback, string prefix = "")
    {
        foreach (var key in RecipeSchema.Of(section.GetType()).Keys)
        {
            var path = prefix + key.Name;
            var place = places.GetValueOrDefault(path, fallback);
            var value = key.Get(section);
            foreach (var rule in key.Rules)
                CheckRule(rule, value, section, path, place);
            if (value is double.NaN or float.NaN)
                throw place.Error("not a number", path, "write a number");
            if (value is not null && key.IsSection)
                Check(value, places, place, path + ".");
            else if (value is IEnumerable items && key.IsSectionList)
                foreach (var (item, i) in items.Cast<object>().Select((item, i) => (item, i)))
                {
                    var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
                    Check(item, places, places.GetValueOrDefault(itemPath, place), itemPath + ".");
                }
        }
        if (section is IValidatableObject validatable)
            foreach (var result in validatable.Validate(new ValidationContext(section)))
            {
                var key = result.MemberNames.FirstOrDefault() is { } member ? prefix + RecipeSchema.SnakeCase(member) : prefix.TrimEnd('.');
                throw places.GetValueOrDefault(key, fallback).Error(result.ErrorMessage ?? "invalid", key.Length > 0 ? key : null);
            }
    }

    private static void CheckRule(ValidationAttribute rule, object? value, object section, string path, RecipePlace place)
    {
        if (rule is RangeAttribute range)
        {
            // Not its own IsValid: that would turn 10.4 into 10 to compare it with whole bounds.
            foreach (var item in value is IEnumerable items and not string ? items.Cast<object>() : value is null ? [] : [value])
                if (!IsInside(range, System.Convert.ToDouble(item, CultureInfo.InvariantCulture)))
                    throw place.Error(string.Create(CultureInfo.InvariantCulture, $"{item} is out of range"), path, Bounds(range));
            return;
        }
        var context = new ValidationContext(section) { MemberName = path, DisplayName = path };
        if (rule.GetValidationResult(value, context) is { } failure)
            throw place.Error(rule is RequiredAttribute ? "is not given" : failure.ErrorMessage ?? "invalid", path, rule is RequiredAttribute ? "give it a value" : null);
    }

    private static bool IsInside(RangeAttribute range, double value)
    {
        var (low, high) = (Bound(range.Minimum), Bound(range.Maximum));
        return (range.MinimumIsExclusive ? value > low : value >= low) && (range.MaximumIsExclusive ? value < high : value <= high);
    }

    private static string Bounds(RangeAttribute range) => (Bound(range.Minimum), Bound(range.Maximum)) switch
    {
        (var low, double.PositiveInfinity or double.MaxValue or int.MaxValue) =>
            string.Create(CultureInfo.InvariantCulture, $"it must be {(range.MinimumIsExclusive ? "above" : "at least")} {low}"),
        var (low, high) => string.Create(CultureInfo.InvariantCulture,
            $"it must lie between {low}{(range.MinimumIsExclusive ? " (exclusive)" : "")} and {high}{(range.MaximumIsExclusive ? " (exclusive)" : "")}"),
    };

    private static double Bound(object bound) => System.Convert.ToDouble(bound, CultureInfo.InvariantCulture);
}
