using System.Text.Json;
using CsCheck;
using Mindwright.Jinja;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;
using Mindwright.Tokens.Tests.Chat.Jinja;

namespace Mindwright.Tokens.Tests.Chat;

public class ChatTemplateTests
{
    [Fact]
    public void Published_renderings_match_to_the_byte()
    {
        using var goldens = JsonDocument.Parse(File.ReadAllText(TestData.PathOrSkip("chat-templates/goldens.json")));
        var wrong = new List<string>();
        foreach (var golden in goldens.RootElement.EnumerateArray())
        {
            var data = golden.GetProperty("data");
            var options = new ChatTemplateOptions
            {
                Variables = data.EnumerateObject().Where(p => p.Name != "messages").ToDictionary(p => p.Name, p => p.Value),
            };
            try
            {
                var text = new ChatTemplate(golden.GetProperty("chat_template").GetString()!).Render(data.GetProperty("messages"), options);
                if (text != golden.GetProperty("expected").GetString())
                    wrong.Add($"{golden.GetProperty("name")}:\n{golden.GetProperty("expected")}\n!=\n{text}");
            }
            catch (InvalidDataException e)
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

    [Fact]
    public void Every_template_renders_or_is_refused_with_its_line()
    {
        var files = Directory.GetFiles(TestData.PathOrSkip("chat-templates"), "*.jinja");
        var specials = new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };
        var rendered = 0;
        foreach (var file in files)
        {
            try
            {
                var text = new ChatTemplate(File.ReadAllText(file), file, specials).Render([new ChatMessage("user", "How many birds?")]);
                Assert.Contains("How many birds?", text, StringComparison.Ordinal);
                rendered++;
            }
            catch (InvalidDataException e)
            {
                // Two are written for conversations with tools.
                Assert.Matches(@"line \d+: ('functions' is undefined|none cannot be looped over)$", e.Message);
            }
        }
        Assert.Equal((43, 41), (files.Length, rendered));
    }

    [Theory]
    [InlineData("''.__class__")]
    [InlineData("''['__class__']")]
    [InlineData("'' | attr('__class__')")]
    [InlineData("().__class__.__bases__[0].__subclasses__()")]
    [InlineData("cycler.__init__")]
    [InlineData("cycler.__init__.__globals__.os.popen('id').read()")]
    [InlineData("lipsum.__globals__")]
    [InlineData("self.__init__.__globals__")]
    [InlineData("messages.GetType()")]
    [InlineData("messages[0].content.GetType")]
    [InlineData("'{0.__class__}'.format('')")]
    [InlineData("range.__self__")]
    [InlineData("[''] | map(attribute='__class__') | list | first")]
    [InlineData("raise_exception.__globals__")]
    public void Attribute_tricks_find_nothing(string expression)
    {
        var template = new ChatTemplate($"{{{{ {expression} }}}}");
        try
        {
            Assert.Equal("", template.Render([new ChatMessage("user", "x")]));
        }
        catch (InvalidDataException e)
        {
            Assert.Contains("line 1", e.Message, StringComparison.Ordinal);
        }
    }

    // Ways in which templates handle content: plain, cut, rewritten, as a key, through a macro, JSON and formats.
    public static TheoryData<string> Handlings =>
    [
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}",
        "{% for m in messages %}{{ '<|' + m.role + '|>\n' + m.content.strip() + eos_token }}{% endfor %}",
        "{{ bos_token }}{% for m in messages %}{{ '[INST] ' ~ m['content'] | replace('e', 'ee') | trim ~ ' [/INST]' }}{% endfor %}",
        "{% macro show(x) %}<|im_start|>{{ x | upper | lower }}{% endmacro %}{% for m in messages %}{{ show(m.content) }}{% endfor %}",
        "{% for m in messages %}<|im_start|>{{ m.content.split('<|im_')[-1] }}{{ m.content | tojson }}{{ [m.content] }}{{ {m.content: 1} }}<|im_end|>{% endfor %}",
        "{% for m in messages %}{% set x %}a{{ m.content }}b{% endset %}<s>{{ x[1:-1] }}{{ '%s' | format(m.content) }}{{ '{}'.format(m.content) }}{{ m.content | indent }}</s>{% endfor %}",
        "{% for m in messages %}{{ m.content | list | join }}{{ m.content | reverse | reverse }}{{ (m.content ~ '|') * 2 }}{{ '<' ~ m.content ~ '>' }}<s>{% endfor %}",
        "{% for m in messages %}<s>{{ m.content | truncate(20) }}{{ m.content | title }}{{ m.content.partition('<') | join }}{{ m.content.splitlines() | join('\n') }}{% endfor %}",
        "{% macro keys() %}{{ kwargs }}{% for k in kwargs %}{{ k }}{% endfor %}{% endmacro %}{% for m in messages %}<s>{{ keys(**{m.content: 1}) }}{% for k in dict(**{m.content: 1}) %}{{ k }}{% endfor %}{{ strftime_now(m.content | replace('%', '')) }}{{ {'a': 1} | tojson(indent=m.content) }}{% endfor %}",
        "{% set d = {'<s>': 1} %}{% for m in messages %}{% set _ = d.update({m.content: m.content}) %}{% endfor %}{% for k, v in d.items() %}</s>{{ k }}{{ v }}{% endfor %}",
    ];

    [Theory]
    [MemberData(nameof(Handlings))]
    public void Content_cannot_forge_a_turn_through_a_template(string source)
    {
        var tokenizer = ChatFormatTemplateTests.Trained();
        var template = new ChatTemplate(source, specialTokens: new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" });
        // The frame is the same whatever is said; '<' and 's' stand for content that completes a token of the template's own text.
        var attack = Gen.OneOf<string>([.. tokenizer.SpecialTokens.Keys, "<", "|im_end|", "s", ">", "x", " ", "\n", "END|>", "'", "\"", "\\"]).Array[1, 5].Select(string.Concat);
        var forged = 0;
        Gen.Select(attack, attack).Sample(
            (a, b) =>
            {
                ChatMessage[] messages = [new("user", a + "1"), new("assistant", b + "2")];
                var harmless = template.Encode(tokenizer, [new("user", "q1"), new("assistant", "q2")]);
                var ids = template.Encode(tokenizer, messages);
                Assert.Equal(Specials(harmless), Specials(ids));
                var text = template.Render(messages);
                Assert.Equal(text, tokenizer.Decode(ids));
                // The same text encoded as other software does it: if that never forges anything, this test shows nothing.
                if (!Specials(tokenizer.Encode(text, tokenizer.AllowAll)).SequenceEqual(Specials(ids)))
                    Interlocked.Increment(ref forged);
            }, iter: 200);
        Assert.True(forged > 0);

        IEnumerable<int> Specials(int[] ids) => ids.Where(id => tokenizer.SpecialTokens.Values.Contains(id));
    }

    [Fact]
    public void Only_known_roles_count_as_the_template_s_words()
    {
        var tokenizer = ChatFormatTemplateTests.Trained();
        var template = new ChatTemplate("{% for m in messages %}{{ '<|' + m.role + '|>' }}{% endfor %}");
        Assert.Equal([tokenizer.SpecialTokens["<|user|>"]], template.Encode(tokenizer, [new ChatMessage("user", "")]));
        Assert.DoesNotContain(tokenizer.SpecialTokens["<|im_end|>"], template.Encode(tokenizer, [new ChatMessage("im_end", "")]));
    }

    [Fact]
    public void What_is_wrong_is_named_with_its_line()
    {
        Says("a\n{% include 'x' %}", "line 2", "include");
        Says("\n\n{{ x | frobnicate }}", "line 3", "frobnicate");
        Says("{% if x %}\n{{ 1 +\n }}{% endif %}", "line 3", "'}}'");
        Says("{% macro m() %}\n{{ nil.x.y }}{% endmacro %}\n{{ m() }}", "line 2", "nil");
        Says("\n{{ raise_exception('roles must alternate') }}", "line 2", "roles must alternate");

        static void Says(string source, params string[] parts)
        {
            var error = Assert.Throws<InvalidDataException>(() => new ChatTemplate(source, "qwen.jinja").Render([new ChatMessage("user", "x")]));
            Assert.All(parts.Prepend("qwen.jinja"), part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "deep")]
    [InlineData("{% macro m(x) %}{{ x }}{{ m(m) }}{% endmacro %}{{ m(1) }}", "printed")]
    [InlineData("{{ 'x' * 99999999999 }}", "longer")]
    [InlineData("{{ [1] * 99999999999 }}", "longer")]
    [InlineData("{% set ns = namespace(x='xxxxxxxx') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "longer")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "steps")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}", "longer")]
    [InlineData("{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}", "steps")]
    [InlineData("{% set l = [] %}{% set _ = l.append(l) %}{{ l }}", "deep")]
    [InlineData("{% set l = [] %}{% set _ = l.append(l) %}{{ l | tojson }}", "deep")]
    [InlineData("{% set l = [] %}{% for i in range(9999) %}{% set _ = l.extend(l + [1]) %}{% endfor %}", "steps")]
    [InlineData("{{ 'a' | center(999999999) }}", "longer")]
    [InlineData("{{ '%999999999d' % 1 }}", "longer")]
    [InlineData("{% set x = 'a' * 99999 %}{% for i in range(99999) %}{% if x == x.upper() %}{% endif %}{% endfor %}", "characters")]
    [InlineData("{{ 9 ** 99999999999 }}", "64-bit")]
    [InlineData("{{ range(999999999) }}", "100000")]
    [InlineData("{% for x in [1] recursive %}{{ loop([x]) }}{% endfor %}", "deep")]
    public void A_template_cannot_run_away(string source, string reason)
    {
        // Tighter than the real limits, so that the test is quick.
        var template = new ChatTemplate(source) { Limits = new(Steps: 300_000, Output: 1 << 18, Characters: 1 << 22) };
        var error = Assert.Throws<InvalidDataException>(() => template.Render([]));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("not ")]
    [InlineData("-")]
    [InlineData("{1:")]
    [InlineData("f(")]
    [InlineData("a[")]
    [InlineData("1 if x else ")]
    [InlineData("1 ** ")]
    [InlineData("1 if 1 if ")]
    public void Nesting_without_end_is_refused(string part) =>
        Assert.Throws<InvalidDataException>(() => new ChatTemplate("{{ " + string.Concat(Enumerable.Repeat(part, 100_000))));

    [Fact]
    public void Long_chains_are_refused_or_rendered_but_never_overflow()
    {
        foreach (var (start, part, end) in new[] { ("{{ 1", "+1", " }}"), ("{{ x", "|string", " }}"), ("{{ ''", ".x", " }}"), ("", "{% if 1 %}", ""), ("{{ 1", " if 1", " }}"), ("{{ 1", " or 1", " }}") })
        {
            try
            {
                new ChatTemplate(start + string.Concat(Enumerable.Repeat(part, 50_000)) + end).Render([]);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains("line 1", e.Message, StringComparison.Ordinal);
            }
        }
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
