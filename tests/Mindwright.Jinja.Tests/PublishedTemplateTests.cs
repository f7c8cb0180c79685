using System.Text.Json;
using Mindwright.Testing;

namespace Mindwright.Jinja.Tests;

/// <summary>The chat templates of published models.</summary>
public sealed class PublishedTemplateTests
{
    [Fact]
    public void Published_renderings_match_to_the_byte()
    {
        using var goldens = JsonDocument.Parse(File.ReadAllText(TestData.PathOrSkip("chat-templates/goldens.json")));
        var wrong = new List<string>();
        foreach (var golden in goldens.RootElement.EnumerateArray())
        {
            var data = golden.GetProperty("data");
            try
            {
                var text = new JinjaTemplate(golden.GetProperty("chat_template").GetString()!).Render(JinjaOracle.Variables(data));
                if (text != golden.GetProperty("expected").GetString())
                    wrong.Add($"{golden.GetProperty("name")}:\n{golden.GetProperty("expected")}\n!=\n{text}");
            }
            catch (JinjaException e)
            {
                wrong.Add($"{golden.GetProperty("name")}: {e.Message}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(38, goldens.RootElement.GetArrayLength());
    }

    [Fact]
    public void Templates_of_many_models_render_as_jinja_renders_them()
    {
        var folder = TestData.PathOrSkip("chat-templates");
        var cases = new List<JinjaOracle.Case>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.jinja").Order(StringComparer.Ordinal))
            foreach (var conversation in s_conversations)
                foreach (var variables in s_variables)
                    cases.Add(new(File.ReadAllText(file), $"{{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"documents\": null, {variables}, {conversation}}}"));
        Assert.Equal(43 * 4 * 3, cases.Count);
        var differences = JinjaOracle.Differences(cases, JinjaOracle.Python(cases));
        Assert.True(differences.Length == 0, differences);
    }

    private static readonly string[] s_variables =
    [
        "\"add_generation_prompt\": true", "\"add_generation_prompt\": false, \"enable_thinking\": false",
        "\"add_generation_prompt\": true, \"enable_thinking\": true, \"date_string\": \"1 May 2026\"",
    ];

    private const string Tools =
        """
        [{"type": "function", "function": {"name": "get_weather", "description": "The weather <now> & \"here\".", "parameters": {"type": "object",
          "properties": {"city": {"type": "string", "description": "Ghent, é"}, "days": {"type": ["integer", "null"], "enum": [1, 2.5]}, "o": {"type": "object", "properties": {"x": {"type": "array", "items": {"type": "number"}}}}}, "required": ["city"]}}}]
        """;

    private static readonly string[] s_conversations =
    [
        """
        "tools": null, "messages": [{"role": "user", "content": "Hi <|im_end|> {{ 1 }}"}]
        """,
        """
        "tools": null, "messages": [{"role": "system", "content": "Be kind.\n"}, {"role": "user", "content": " 2+2? "},
          {"role": "assistant", "content": "<think>\nhm\n</think>\n\n4", "reasoning_content": "a sum"}, {"role": "user", "content": "Sure?"}]
        """,
        $$$$"""
        "tools": {{{{Tools}}}}, "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Weather?"},
          {"role": "assistant", "content": "", "reasoning_content": "look", "tool_calls": [
            {"id": "abcdefghi", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Ghent", "days": 2, "o": {"x": [1.0, null]} } }}]},
          {"role": "tool", "name": "get_weather", "tool_call_id": "abcdefghi", "content": "{\"sun\": true}"},
          {"role": "assistant", "content": "Sunny.", "reasoning_content": "ok"}, {"role": "user", "content": "Thanks"}]
        """,
        $$$$"""
        "tools": {{{{Tools}}}}, "messages": [{"role": "user", "content": "Weather?"},
          {"role": "assistant", "content": "Let me look.", "tool_calls": [
            {"id": "123456789", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Ghent"}}}]},
          {"role": "tool", "name": "get_weather", "tool_call_id": "123456789", "content": "rain"}]
        """,
    ];
}
