using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;

namespace Mindwright.Runs.Recipes;

/// <summary>The keys of a recipe's class in the order of the properties, with their types and the rules for their values.</summary>
internal sealed class RecipeSchema
{
    private static readonly ConcurrentDictionary<Type, RecipeSchema> Known = new();

    private readonly Dictionary<string, FormerKeyAttribute> _former;

    private RecipeSchema(Type type)
    {
        var nullability = new NullabilityInfoContext();
        Keys =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.CanRead && p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
                .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken)
                .Select(p => new RecipeKey(p, nullability.Create(p).WriteState == NullabilityState.Nullable)),
            .. typeof(IHasNamedSections).IsAssignableFrom(type)
                ? ((IHasNamedSections)Activator.CreateInstance(type)!).NamedSections.Select(section => new RecipeKey(section.Key, section.Value))
                : [],
        ];
        _former = type.GetCustomAttributes<FormerKeyAttribute>(inherit: true).ToDictionary(key => key.Name);
    }

    internal IReadOnlyList<RecipeKey> Keys { get; }

    // Named sections may have been added since the last time; everything else of a class stays as it is.
    internal static RecipeSchema Of(Type type) => typeof(IHasNamedSections).IsAssignableFrom(type) ? new RecipeSchema(type) : Known.GetOrAdd(type, t => new RecipeSchema(t));

    internal RecipeKey? Find(string name) => Keys.FirstOrDefault(k => k.Name == name);

    /// <summary>A key of earlier versions; null for one that never was.</summary>
    internal FormerKeyAttribute? Former(string name) => _former.GetValueOrDefault(name);

    internal static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>The type of the items of a list type; null for any other type.</summary>
    internal static Type? ItemType(Type type)
    {
        if (type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type))
            return null;
        return type.IsArray ? type.GetElementType() : type.IsGenericType && type.GetGenericArguments() is [var item] ? item : null;
    }

    internal static bool IsScalar(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string);

    /// <summary>Whether the type is a section: a class with keys of its own.</summary>
    internal static bool IsSection(Type type) => !IsScalar(type) && ItemType(type) is null;

    // Inherited properties come before those that a class adds.
    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;
}

/// <summary>One key of a section.</summary>
internal sealed class RecipeKey
{
    private readonly PropertyInfo? _property;

    internal RecipeKey(PropertyInfo property, bool nullable)
    {
        _property = property;
        Name = RecipeSchema.SnakeCase(property.Name);
        Nullable = nullable;
        Type = System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
    }

    /// <summary>A section of <see cref="IHasNamedSections"/>.</summary>
    internal RecipeKey(string name, Type type) => (Name, Type, Rules) = (name, type, []);

    internal string Name { get; }

    /// <summary>The key's type, without the <c>?</c> of a nullable one.</summary>
    internal Type Type { get; }

    internal bool Nullable { get; }

    internal IReadOnlyList<ValidationAttribute> Rules { get; }

    internal bool IsSection => RecipeSchema.IsSection(Type);

    internal bool IsSectionList => RecipeSchema.ItemType(Type) is { } item && RecipeSchema.IsSection(item);

    internal object? Get(object section) => _property is null ? ((IHasNamedSections)section).GetSection(Name) : _property.GetValue(section);

    internal void Set(object section, object? value)
    {
        if (_property is null)
            ((IHasNamedSections)section).SetSection(Name, value!);
        else
            _property.SetValue(section, value);
    }
}
