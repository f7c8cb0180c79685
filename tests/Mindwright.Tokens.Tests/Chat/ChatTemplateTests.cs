using CsCheck;
using Mindwright.Testing;
using Mindwright.Tokens.Chat;

namespace Mindwright.Tokens.Tests.Chat;

public class ChatTemplateTests
{
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
}
