namespace Mindwright.Jinja.Tests;

/// <summary>What a template from a stranger cannot do.</summary>
public sealed class SandboxTests
{
    private static readonly Dictionary<string, object?> s_nothing = [];

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
        var template = new JinjaTemplate($"{{{{ {expression} }}}}");
        try
        {
            Assert.Equal("", template.Render(new Dictionary<string, object?> { ["messages"] = new[] { new Dictionary<string, string> { ["role"] = "user", ["content"] = "x" } } }));
        }
        catch (JinjaException e)
        {
            Assert.Contains("line 1", e.Message, StringComparison.Ordinal);
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
        var template = new JinjaTemplate(source) { Limits = new() { Steps = 300_000, Output = 1 << 18, Characters = 1 << 22 } };
        var error = Assert.Throws<JinjaException>(() => template.Render(s_nothing));
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
        Assert.Throws<JinjaException>(() => new JinjaTemplate("{{ " + string.Concat(Enumerable.Repeat(part, 100_000))));

    [Fact]
    public void Long_chains_are_refused_or_rendered_but_never_overflow()
    {
        foreach (var (start, part, end) in new[] { ("{{ 1", "+1", " }}"), ("{{ x", "|string", " }}"), ("{{ ''", ".x", " }}"), ("", "{% if 1 %}", ""), ("{{ 1", " if 1", " }}"), ("{{ 1", " or 1", " }}") })
        {
            try
            {
                new JinjaTemplate(start + string.Concat(Enumerable.Repeat(part, 50_000)) + end).Render(s_nothing);
            }
            catch (JinjaException e)
            {
                Assert.Contains("line 1", e.Message, StringComparison.Ordinal);
            }
        }
    }
}
