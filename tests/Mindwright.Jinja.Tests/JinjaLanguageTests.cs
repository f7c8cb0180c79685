namespace Mindwright.Jinja.Tests;

/// <summary>The language, piece by piece, held against Jinja itself.</summary>
public class JinjaLanguageTests
{
    private const string Data =
        """
        {"t": "Hello, wörld 🙂!", "pad": "  a b\n c ", "n": 7, "neg": -3, "f": 2.5, "big": 1e20, "small": 0.00001, "yes": true, "no": false, "nil": null,
         "list": [3, 1, 2], "words": ["b", "A", "c", "a"], "empty": [], "d": {"b": 1, "a": [1, {"x": "y'z"}], "é": null}, "nothing": {},
         "people": [{"name": "Ann", "age": 30, "at": {"city": "Ghent"}}, {"name": "bob", "age": 5, "at": {"city": "Rome"}}, {"name": "Cy", "at": {}}],
         "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}], "html": "<a href=\"x\">&'</a>", "lines": "one\r\ntwo\n\nthree"}
        """;

    private static readonly string[] s_whiteSpace =
    [
        "a\n  {% if yes %}\n  b\n  {% endif %}\nc\n", "a\n  {%- if yes -%}\n  b\n  {%- endif -%}\nc\n", "a\n  {%+ if yes %}\n  b\n  {%+ endif +%}\nc\n",
        "  {{ n }}\n  {{- n -}}\n  x", "{# c #}\nx\n  {# c #}  \ny {#- c -#} z {#+ c +#}\nq", "{% if yes %}\n\n\nx{% endif %}\n\n", "\n\n{% set a = 1 %}\n\n{{ a }}\n\n",
        "x {% raw %} {{ n }} {% if %}\n{% endraw %} y", "x\n  {%- raw -%}  {{ n }}\n  {%- endraw -%}\n y", "  {% raw %}a{% endraw %}\nb", "a\r\n{% if yes %}\r\nb\r{% endif %}c\r\n",
        "{{ '}}' }}{{ \"%}\" }}{{ {'a': {'b': 1}}['a']['b'] }}", "{{ {} }}{{ {'a': {}} }}", "{{-1}} {{+1}} {{ -1 }}", "a{{ n }}\n{% for i in list %}\n{{ i }}\n{% endfor %}\nb",
        "{% if yes %}x{% endif %}\t\n y", "\t{% if yes %}\t\tx\n\t{% endif %}", "{ % {{ '{' }} # } {{ '%' }}", "x{#\n multi\n#}\ny", "{%if yes%}x{%endif%}{%-if yes-%} y {%-endif-%}",
        "{% set x %}\n a\n  {% endset %}[{{ x }}]", "\u00a0{%- if yes -%}\u00a0x\u2003{%- endif -%}\u00a0", "  {% if yes %}  {% endif %}  {% if no %}{% endif %}\n x",
    ];

    private static readonly string[] s_expressions =
    [
        "1 + 2 * 3 - 4 / 2", "7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 % -3, 2 ** 10, 2 ** -1", "7.5 // 2, -7.5 % 2, 1 / 3, 1e3, 1_000, 1.5e-7", "2 ** 3 ** 2, -2 ** 2, -2 | abs",
        "'a' ~ 1 ~ none ~ true ~ 2.0 ~ [1] ~ {'a': 'b'}", "'a' + 'b' * 3 + 'c'", "[1] + [2] * 2, (1,) + (2, 3), ()", "1 < 2 < 3, 1 < 2 > 3, 1 == 1.0, true == 1, 'a' < 'b', [1, 2] < [1, 3]",
        "1 if yes else 2, 1 if no else 2 if no else 3", "(1 if no)", "not yes, not no, not not n, yes and n, no or nil, nil or 'x', n and 0", "yes and no or yes", "1 in list, 9 not in list, 'b' in d, 'ell' in t, not 1 in list",
        "t[0], t[-1], t[13], t[7:9], t[::-1], t[-3:], t[:2], t[1:8:2], t[99], t[2:1]", "list[0], list[-1], list[9], list[1:], list[::-1], list[5:1:-2], list[:-1], list[::2]", "d.b, d['b'], d.a[1].x, d.zzz, d['zzz'], d.é",
        "people[0].name, people[0]['at'].city, people.0.age, people[2].age", "nil.x, n.x, t.x, list.x, list['x'], t['upper']()", "d.items() | list, d.keys() | list, d.values() | list, nothing.items() | list", "d.get('b'), d.get('q'), d.get('q', 5), d.items is defined",
        "'a\\nb\\t\\'\\\"\\\\ \\x41\\u00e9\\U0001F642\\101 \\q'", "\"it's\" 'joined' \"x\"", "[1, 'a', none, true, 2.0, [], {}, (1,), (1, 2), 'it\\'s', '\"', 'é\\n\\x00\\u200b🙂']", "big, small, f, 1e16, 1e15, 123456789012345680.0, 0.0001, 1.0, -0.0, 1e-5, 1e22, 0.1 + 0.2, 5e-324, 1.7976931348623157e308",
        "t.upper(), t.lower(), t.title(), t.capitalize(), t.swapcase(), 'o\\'neil x-y'.title()", "pad.strip(), pad.lstrip(), pad.rstrip(), pad.strip(' a'), 'xxaxx'.strip('x')", "t.startswith('Hello'), t.endswith('!'), t.startswith(('x', 'H')), t.endswith('x')",
        "'a,b,,c'.split(','), 'a,b,,c'.split(',', 1), 'a,b,,c'.rsplit(',', 1), ' a  b '.split(), ' a  b c '.split(none, 1), ''.split(), ''.split(','), ' a b  c '.rsplit(none, 1), 'abc'.split('')", "lines.splitlines(), lines.splitlines(true), 'a\\x0bb\\x0c\\x1cc\\u2028d'.splitlines()",
        "'a-b-c'.partition('-'), 'a-b-c'.rpartition('-'), 'abc'.partition('-'), 'abc'.rpartition('-')", "'aaa'.replace('a', 'b'), 'aaa'.replace('a', 'b', 2), 'abc'.replace('', '-'), 'abc'.replace('', '-', 2), ''.replace('', 'x'), 'abc'.replace('', '-', 0), 'abc'.replace('', '-', 9)",
        "t.find('o'), t.rfind('l'), t.find('zz'), t.find('!'), t.index('w'), 'aXbX'.count('X'), 'abc'.count(''), t.rfind('')", "'-'.join(words), ''.join(t), '5'.zfill(3), '-5'.zfill(4), 'ab'.ljust(4, '.'), 'ab'.rjust(4), 'ab'.center(7, '*'), 'abc'.center(6, '*')", "'a1'.isalnum(), '12'.isdigit(), 'ab'.isalpha(), ''.isalpha(), ' '.isspace(), 'aB'.islower(), 'ab'.islower(), 'AB'.isupper(), '1'.isupper()",
        "'%s is %d or %03d, %.2f, %5s|%-5s|%x %%' % (t, 3, 7, 2.345, 'a', 'b', 255)", "'%s' % 'x', '%r' % 'x', '%+d' % 5, '%05d' % -3", "'{} {}'.format(1, 'b'), '{1}{0}'.format('a', 'b'), '{x}!'.format(x=2), '{{}}'.format()", "'removeme'.removeprefix('re'), 'removeme'.removesuffix('me'), 'x'.removeprefix('y')",
        "t | upper, t | lower, t | title, t | capitalize, t | length, t | reverse, t | first, t | last", "'hello-world (foo) [bar] it\\'s'|title, 'ABC dEF'|capitalize", "pad | trim, 'xxaxx' | trim('x'), t | replace('l', 'L'), t | replace('l', 'L', 1), 12 | replace(1, 3)", "list | sort, list | sort(reverse=true), words | sort, words | sort(case_sensitive=true), people | sort(attribute='name') | map(attribute='name') | list",
        "list | join, list | join(', '), people | join('/', attribute='name'), words | join(1)", "list | first, list | last, empty | first, empty | last, list | length, d | length, list | reverse | list", "list | sum, people[:2] | sum(attribute='age'), list | min, list | max, words | max, empty | min, list | sum(start=10)", "people | map(attribute='at.city') | list, people | map(attribute='age', default=0) | list, words | map('upper') | list, words | map('replace', 'a', 'z') | list",
        "list | select('odd') | list, list | reject('odd') | list, list | select('>', 1) | list, [0, 1, '', 'a'] | select | list", "people | selectattr('age') | map(attribute='name') | list, people | selectattr('age', 'defined') | list | length, people | rejectattr('name', 'equalto', 'bob') | map(attribute='name') | list", "people | selectattr('name', 'in', ['Ann', 'Cy']) | map(attribute='name') | list",
        "d | dictsort, {'B': 1, 'a': 2} | dictsort, {'B': 1, 'a': 2} | dictsort(true), {'x': 2, 'y': 1} | dictsort(by='value'), {'x': 2, 'y': 1} | dictsort(reverse=true)", "d | items | list, nothing | items | list, missing | items | list", "words | unique | list, words | unique(case_sensitive=true) | list, [1, 1, 2] | unique | list", "[1,2,3,4,5] | batch(2) | list, [1,2,3] | batch(2, 'x') | list",
        "missing | default('x'), '' | default('x'), '' | default('x', true), nil | default('x'), missing | d, none | default('y', boolean=true)", "'3' | int, '3.7' | int, 'x' | int, 'x' | int(9), 3.9 | int, '0x1f' | int(base=16), none | int, true | int, ' 4 ' | int", "'2.5' | float, 'x' | float, 3 | float, 'x' | float(1.5), '1e3' | float", "2.5 | round, 3.5 | round, 2.345 | round(2), 2.1 | round(0, 'ceil'), 2.9 | round(method='floor'), 7 | round, -2.5 | round, 2.675 | round(2)",
        "'a\\nb\\n\\nc' | indent, 'a\\nb' | indent(2, true), 'a\\n\\nb' | indent(2, blank=true), 'a\\nb' | indent('>> '), 'a\\n' | indent", "'foo bar baz qux' | truncate(9), 'foo bar baz qux' | truncate(9, true), 'foo bar' | truncate(9), 'foo bar baz' | truncate(9, leeway=0), 'foo bar baz qux'|truncate(9, false, '!')", "t | wordcount, 'a b' | center(9), '%s-%s' | format(1, 'x')", "html | escape ~ '', html | e ~ 'x'",
        "t | tojson, d | tojson, people | tojson, list | tojson(indent=2), d | tojson(indent=1), [] | tojson(indent=2), {} | tojson(indent=2), d | tojson(separators=(',', ':')), d | tojson(sort_keys=true), 'é🙂<' | tojson(ensure_ascii=true), [1.0, 1e20, none, true, 'a\\x01\\x7f/'] | tojson", "{1: 2, none: 3, true: 4, 1.5: 5} | tojson, (1, 2) | tojson",
        "missing is defined, t is defined, missing is undefined, d.zzz is defined, nil is none, n is none", "n is number, t is string, list is sequence, d is mapping, t is iterable, n is iterable, d is iterable, d is sequence, list is mapping, t is sequence, nil is sequence", "yes is boolean, yes is true, no is false, n is integer, yes is integer, f is float, 1 is true, yes is number", "n is odd, n is even, 9 is divisibleby 3, 9 is divisibleby(2), n is eq 7, n is ne(7), n is gt 3, n is lt(3), n is ge 7, n is le 7, n is sameas 7, nil is sameas none", "1 is in list, 'a' is lower, 'A' is upper, t is not string, n is not none and yes, range is callable, t is callable, 'upper' is filter, 'odd' is test",
        "range(3) | list, range(1, 4) | list, range(5, 0, -2) | list, range(0) | list", "dict(a=1, b='x'), dict([('a', 1)]), dict({'a': 1}, b=2)", "namespace(a=1).a, namespace({'x': 3}).x", "strftime_now('%Y-%m-%d %H:%M:%S %d %b %B %A %a %y %j %I %p %% %-d')", "missing, missing == missing, missing ~ 'x', missing | length, missing | list, 'a' in missing, missing | join",
        "[1, 2,], (1, 2,), {'a': 1,}", "t.upper().lower()[0].upper() | lower", "(n, f) | list, (n), (n,)", "{'a': 1, 'a': 2}, {1: 'x'}[1], {1: 'x'}[true], {'k': {}}['k']", "[[1, 2], [3]] | sum(start=[])", "'abc' | list, d | list, 'x' | string | length", "t is string and t | length > 3 or no", "n == 7 and not nil", "1 is number is true", "-n, +n, - f, not n == 7", "n.__class__ is defined", "list | map('string') | join('-')", "'a' 'b' ~ 'c'", "list.index(2), list.count(3), d.copy()", "people | map(attribute='name') | map('lower') | join(',')", "'x' in {'x': 1}.keys()", "loop is defined", "1.5 | int, -1.5 | int, '-7' | int", "'ß'.upper() | length > 0", "d == {'é': none, 'a': [1, {'x': \"y'z\"}], 'b': 1}, [1] == (1,), 1 == '1'", "n | abs, neg | abs, (-2.5) | abs", "n is divisibleby 7 and yes",
        "'' if no, 'a' if yes", "t | safe | upper", "list | string | length > 2", "{'a': 1} | attr('zz') is defined", "yes | string, nil | string, 2.0 | string",
    ];

    private static readonly string[] s_statements =
    [
        "{% for i in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('a', 'b') }}{{ loop.changed(i > 1) }};{% endfor %}",
        "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}{% for c in 'a🙂b' %}[{{ c }}]{% endfor %}{% for (a, b) in [(1, 2)] %}{{ a }}{{ b }}{% endfor %}",
        "{% for i in list if i > 1 %}{{ i }}{{ loop.index }}{{ loop.length }}{% else %}none{% endfor %}{% for i in list if i > 9 %}{% else %}none{% endfor %}", "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}",
        "{% for n in tree recursive %}<{{ n.v }}{{ loop.depth0 }}{{ loop(n.c) }}>{% endfor %}", "{% for i in list %}{% for j in words %}{{ loop.index }}{% break %}{% endfor %}{{ loop.index }}{% endfor %}",
        "{% set x = 1 %}{% for i in list %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in list %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "{% if yes %}{% set x = 1 %}{% endif %}{{ x }}", "{% set a, b = 1, 2 %}{{ b }}{{ a }}{% set c = 1, 2 %}{{ c }}",
        "{% set x %}a{{ n }}{% endset %}{{ x | length }}{% set y | upper | trim %} b {% endset %}[{{ y }}]", "{% filter upper %}a{{ t }}{% endfilter %}{% filter replace('a', 'b') | upper %}banana{% endfilter %}", "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% set a = 5 %}{% with a = 1, b = a %}{{ b }}{% endwith %}",
        "{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=1, a=0) }}{{ m() }}", "{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x=2) }}",
        "{% macro m() %}[{{ caller() }}|{{ caller() }}]{% endmacro %}{% call m() %}x{{ n }}{% endcall %}", "{% macro m(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(y) m(list) %}<{{ y }}>{% endcall %}", "{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}{% for x in [3] %}{{ m() }}{% endfor %}", "{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(4) }}",
        "{% macro m() %}  x\n{% endmacro %}[{{ m() | trim }}]{{ m() ~ '!' }}{{ m() is string }}{{ m.name }}", "{% if missing %}a{% elif n == 7 %}b{% else %}c{% endif %}{% if no %}a{% elif nil %}b{% else %}c{% endif %}", "{% set l = [1] %}{% set _ = l.append(2) %}{{ l }}{{ l.pop(0) }}{{ l }}{% set q = {'a': 1} %}{% set _ = q.update({'b': 2}) %}{{ q }}{{ q.pop('a') }}",
        "{% set j = joiner('|') %}{% for i in list %}{{ j() }}{{ i }}{% endfor %}", "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}", "{{ raise_exception('no') }}", "{{ missing.x }}", "{{ missing() }}", "{{ d.zzz.y }}", "{{ missing + 'a' }}", "{{ 1 / 0 }}", "{{ 1 + 'a' }}", "{{ 1 < 'a' }}", "{{ n() }}", "{{ 1 in t }}", "{{ nil | length }}", "{% for i in n %}{% endfor %}", "{% for a, b in list %}{% endfor %}",
        "{% if %}{% endif %}", "{% for %}{% endfor %}", "{{ }}", "{% nope %}", "{{ n", "{% if yes %}", "{{ 1 | nope }}", "{{ 1 is nope }}", "{% set 1 = 2 %}", "{{ ''.__class__.__mro__ }}", "{{ cycler.__init__.__globals__ }}", "{{ ''.__class__ }}", "{{ d.__class__ }}{{ list.__len__ }}{{ n.zzz }}", "{{ a.b }}{# #", "{{ (1 }}", "{{ [1, 2 }}", "{{ 'a }}", "{% endif %}", "{% else %}", "{{ f(x=1, 2) }}", "{% set ns = {'x': 1} %}{% set ns.x = 2 %}",
        "{% for i in list %}{% set t2 = t ~ i %}{% endfor %}{{ t2 }}", "{% for i in list %}{{ loop.index }}{% if loop.last %}.{% else %},{% endif %}{% endfor %}", "{% set m = {} %}{% for p in people %}{% set _ = m.update({p.name: p.age}) %}{% endfor %}{{ m }}", "{{ people | map(attribute='at') | map(attribute='city') | select('defined') | list }}", "{% for x in list | sort | reverse %}{{ x }}{% endfor %}", "{% for x in missing %}{% else %}e{% endfor %}", "{% set x = [n, t] if no else [] %}{{ x }}", "{{ range(200000) | length }}", "{{ d['a'][0] }}{{ d.a.0 }}{{ d['a'][1]['x'] }}",
    ];

    [Fact]
    public void The_language_is_jinja_s()
    {
        // Several expressions stand in one line for reading; each is asked about alone.
        var cases = s_whiteSpace.Concat(s_statements).Concat(s_expressions.SelectMany(Alone).Select(e => $"{{{{ {e} }}}}"))
            .Select(template => new JinjaOracle.Case(template, Data)).ToList();
        var differences = JinjaOracle.Differences(cases, JinjaOracle.Python(cases));
        Assert.True(differences.Length == 0, differences);
    }

    [Fact]
    public void Random_templates_render_as_in_python()
    {
        var cases = RandomCases(2_000);
        var differences = JinjaOracle.Differences(cases, JinjaOracle.Python(cases));
        Assert.True(differences.Length == 0, differences);
    }

    [Fact]
    public void Random_templates_render_as_in_hugging_face_s_javascript()
    {
        var cases = RandomCases(2_000);
        var differences = JinjaOracle.Differences(cases, JinjaOracle.Node(cases));
        Assert.True(differences.Length == 0, differences);
    }

    private static List<JinjaOracle.Case> RandomCases(int count)
    {
        var templates = new RandomTemplates(seed: 7);
        return [.. Enumerable.Range(0, count).Select(_ => new JinjaOracle.Case(templates.Next(), RandomTemplates.Data))];
    }

    // At the commas outside brackets and strings.
    private static IEnumerable<string> Alone(string expressions)
    {
        var (start, depth, quote) = (0, 0, '\0');
        for (var i = 0; i < expressions.Length; i++)
        {
            var c = expressions[i];
            if (quote != '\0')
            {
                if (c == '\\')
                    i++;
                else if (c == quote)
                    quote = '\0';
            }
            else if (c is '\'' or '"')
                quote = c;
            else if (c is '(' or '[' or '{')
                depth++;
            else if (c is ')' or ']' or '}')
                depth--;
            else if (c == ',' && depth == 0)
            {
                yield return expressions[start..i].Trim();
                start = i + 1;
            }
        }
        yield return expressions[start..].Trim();
    }
}
