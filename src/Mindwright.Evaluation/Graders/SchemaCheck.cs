using System.Text.RegularExpressions;
using Json.Schema;

namespace Mindwright.Evaluation.Graders;

/// <summary>
/// Makes a schema safe to hold against what a model wrote: the library runs patterns by backtracking, and follows references that lead in a circle
/// until the stack overflows, which .NET cannot catch.
/// </summary>
internal static class SchemaCheck
{
    // Schemas below one another that look at the same value. With the 64 levels of a JSON document this bounds the stack.
    private const int DeepestNesting = 32;

    private static readonly string[] s_inPlace =
        ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"];

    /// <summary>Checks a schema's references, and gives its patterns an engine that takes linear time.</summary>
    /// <exception cref="InvalidDataException">References lead nowhere or in a circle, nest too deeply, or are resolved only when a value is there.</exception>
    /// <exception cref="NotSupportedException">A pattern looks around or refers back.</exception>
    public static void Prepare(JsonSchemaNode root)
    {
        var heights = new Dictionary<JsonSchemaNode, int>(ReferenceEqualityComparer.Instance);
        var seen = new HashSet<JsonSchemaNode>(ReferenceEqualityComparer.Instance) { root };
        var waiting = new Stack<JsonSchemaNode>(seen);
        while (waiting.TryPop(out var node))
        {
            if (Height(node, heights, 0) > DeepestNesting)
                throw TooDeep();
            foreach (var keyword in node.Keywords ?? [])
            {
                if (keyword.Handler.Name is "$dynamicRef" or "$recursiveRef")
                    throw new InvalidDataException($"{keyword.Handler.Name} is not supported; use $ref");
                if (keyword is { Handler.Name: "$ref", Subschemas: null or [] })
                    throw new InvalidDataException($"the $ref {keyword.RawValue} leads nowhere; nothing is fetched, so a schema refers to places in itself");
                MakeLinear(keyword);
                foreach (var below in keyword.Subschemas ?? [])
                    if (seen.Add(below))
                        waiting.Push(below);
            }
        }
    }

    /// <summary>How many schemas look at a value one within the other.</summary>
    private static int Height(JsonSchemaNode node, Dictionary<JsonSchemaNode, int> heights, int depth)
    {
        if (heights.TryGetValue(node, out var known))
            return known >= 0 ? known : throw new InvalidDataException("a $ref leads back to where it stands, without a step into the value");
        if (depth > DeepestNesting)
            throw TooDeep();
        heights[node] = -1; // being measured
        var height = 0;
        foreach (var keyword in node.Keywords ?? [])
            if (s_inPlace.Contains(keyword.Handler.Name))
                foreach (var below in keyword.Subschemas ?? [])
                    height = Math.Max(height, 1 + Height(below, heights, depth + 1));
        return heights[node] = height;
    }

    private static void MakeLinear(KeywordData keyword)
    {
        if (keyword.Value is Regex pattern)
            keyword.Value = RegexGrader.Create(pattern.ToString());
        else if (keyword.Value is Dictionary<string, Regex> patterns)
            keyword.Value = patterns.ToDictionary(item => item.Key, item => RegexGrader.Create(item.Value.ToString()));
    }

    private static InvalidDataException TooDeep() => new($"more than {DeepestNesting} schemas look at one value, each within the other");
}
