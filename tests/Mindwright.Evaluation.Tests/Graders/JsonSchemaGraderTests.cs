using Mindwright.Evaluation.Graders;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Graders;

public sealed class JsonSchemaGraderTests
{
    private const string Person = """{"type": "object", "properties": {"name": {"type": "string", "pattern": "^[A-Z]"}, "age": {"type": "integer"}}, "required": ["name"]}""";

    [Theory]
    [InlineData("""{"name": "Ada", "age": 36}""", 1)]
    [InlineData(""" {"name": "Ada"} """, 1)]
    [InlineData("""{"name": "ada"}""", 0)]
    [InlineData("""{"age": 36}""", 0)]
    [InlineData("""Here: {"name": "Ada"}""", 0)]
    [InlineData("```json\n{\"name\": \"Ada\"}\n```", 0)]
    [InlineData("""{"name": "Ada"} {"name": "Ada"}""", 0)]
    [InlineData("""{"name": """, 0)]
    [InlineData("", 0)]
    public async Task An_answer_is_right_if_it_is_json_that_the_schema_allows(string answer, double score)
    {
        var grade = await Open(Person).GradeAsync(new("t", "q", ""), Answer.Of(answer));
        Assert.Equal((score, false), (grade.Score, grade.IsFailed));
    }

    [Fact]
    public async Task A_schema_may_be_a_file_and_be_opened_twice()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["s.json"], """{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.com/s", "definitions": {"n": {"type": "number"}}, "items": {"$ref": "#/definitions/n"}}""");
        for (var i = 0; i < 2; i++)
        {
            var grader = Open(folder["s.json"]);
            Assert.Equal(1, (await grader.GradeAsync(new("t", "q", ""), Answer.Of("[1, 2]"))).Score);
            Assert.Equal(0, (await grader.GradeAsync(new("t", "q", ""), Answer.Of("[1, \"2\"]"))).Score);
        }
        Assert.Throws<FileNotFoundException>(() => Open(folder["none.json"]));
    }

    [Theory]
    [InlineData("{", "schema: ")]
    [InlineData("""{"type": "objekt"}""", "objekt")]
    [InlineData("""{"typ": "object"}""", "typ")]
    [InlineData("""{"pattern": "("}""", "Invalid pattern")]
    [InlineData("""{"patternProperties": {"(?=a)": {}}}""", "NonBacktracking")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "none")]
    [InlineData("""{"$ref": "https://example.com/s.json"}""", "example.com")]
    [InlineData("""{"allOf": [{"$ref": "#"}]}""", "leads back")]
    [InlineData("""{"properties": {"a": {"anyOf": [{"$ref": "#/$defs/x"}]}}, "$defs": {"x": {"not": {"$ref": "#/$defs/y"}}, "y": {"oneOf": [{"$ref": "#/$defs/x"}]}}}""", "leads back")]
    [InlineData("""{"$dynamicRef": "#a", "$defs": {"x": {"$dynamicAnchor": "a"}}}""", "not supported")]
    public void What_is_no_schema_or_would_not_end_is_refused_when_it_is_opened(string schema, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Open(schema)).Message, StringComparison.Ordinal);

    [Fact]
    public void Schemas_nested_too_deeply_are_refused() => Assert.Contains(
        "more than", Assert.Throws<InvalidDataException>(() => Open(string.Concat(Enumerable.Repeat("{\"not\":", 40)) + "{}" + new string('}', 40))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task A_schema_that_steps_into_the_value_may_refer_to_itself()
    {
        var grader = Open("""{"type": "object", "properties": {"next": {"$ref": "#"}}, "additionalProperties": false}""");
        Assert.Equal(1, (await grader.GradeAsync(new("t", "q", ""), Answer.Of("""{"next": {"next": {}}}"""))).Score);
        Assert.Equal(0, (await grader.GradeAsync(new("t", "q", ""), Answer.Of("""{"next": {"last": {}}}"""))).Score);
        // Nested beyond what is read: no JSON to us, and no stack overflow.
        var deep = string.Concat(Enumerable.Repeat("{\"next\":", 100_000)) + "{}" + new string('}', 100_000);
        Assert.Equal(0, (await grader.GradeAsync(new("t", "q", ""), Answer.Of(deep))).Score);
    }

    [Fact]
    public async Task A_pattern_takes_linear_time()
    {
        // By backtracking this doubles with every letter, and would not end.
        var text = $"\"{new string('a', 5000)}!\"";
        Assert.Equal(0, (await Open("""{"pattern": "^(a+)+$"}""").GradeAsync(new("t", "q", ""), Answer.Of(text))).Score);
        Assert.Equal(0, (await Open("""{"patternProperties": {"^(a+)+$": false}, "required": ["b"]}""").GradeAsync(new("t", "q", ""), Answer.Of($"{{{text}: 1}}"))).Score);
    }

    private static IGrader Open(string schema) => GraderList.Open([new() { Name = "json_schema", Schema = schema }]);
}
