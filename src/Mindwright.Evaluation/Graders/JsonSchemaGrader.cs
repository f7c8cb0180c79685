using System.Text.Json;
using Json.Schema;
using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if the answer is nothing but JSON that a schema allows (drafts 6 to 2020-12), else 0.</summary>
internal sealed class JsonSchemaGrader : IGrader
{
    private static readonly EvaluationOptions s_options = new() { OutputFormat = OutputFormat.Flag };

    private readonly JsonSchema _schema;

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">Its JSON text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no schema, or asks for what is not supported.</exception>
    public JsonSchemaGrader(string schema, string name)
    {
        try
        {
            // A registry of its own: two schemas may have the same $id, and none is fetched from anywhere.
            _schema = JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry { Fetch = static (_, _) => null! } });
            SchemaCheck.Prepare(_schema.Root);
        }
        catch (Exception e) when (e is JsonException or JsonSchemaException or RefResolutionException or ArgumentException or InvalidDataException
            or NotSupportedException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{name}: {e.Message}", e);
        }
    }

    public static GraderDefinition Definition { get; } = new("json_schema", section => Load(section.Schema!)) { Required = [nameof(GraderSection.Schema)] };

    /// <inheritdoc/>
    public string Name => "json_schema";

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(answer.Text);
        }
        catch (JsonException)
        {
            return ValueTask.FromResult(Grade.Of(false));
        }
        using (document)
            return ValueTask.FromResult(Grade.Of(_schema.Evaluate(document.RootElement, s_options).IsValid));
    }

    private static JsonSchemaGrader Load(string schema)
    {
        if (schema.AsSpan().TrimStart() is ['{', ..])
            return new JsonSchemaGrader(schema, "schema");
        return File.Exists(schema)
            ? new JsonSchemaGrader(File.ReadAllText(schema), schema)
            : throw new FileNotFoundException($"{schema}: no such file, and no schema either, which begins with {{", schema);
    }
}
