using System.Text.Json;
using Plumbline.Models.Chat;

namespace Plumbline.Models.Tests.Chat;

/// <summary>Small templates, one rule of Jinja each. The expected texts are those of jinja2 3.1.6, set up as transformers sets it up.</summary>
public sealed class JinjaTests
{
    private static readonly JsonElement Variables = JsonElement.Parse("""
        {"text": " Grüße 😀x ", "empty": "", "nothing": null, "yes": true, "n": 7, "x": 2.5, "items": [3, 1, 2],
         "names": ["b", "A", "c", "a"], "d": {"b": 1, "a": [1, "x", null, true, 2.0], "items": "own"}}
        """);

    private static readonly Conversation Talk = new([new("system", "S"), new("user", "U1"), new("assistant", "A1"), new("user", "U2")]) { Variables = Variables };

    [Theory]
    [InlineData("{{ 1 + 2 * 3 }}", "7")]
    [InlineData("{{ (1 + 2) * 3 }}", "9")]
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 / 2 }} {{ 8 / 2 }}", "3 -4 3.5 4.0")]
    [InlineData("{{ -7 % 3 }} {{ 7 % -3 }} {{ 2 ** 10 }} {{ 2 ** -1 }}", "2 -2 1024 0.5")]
    [InlineData("{{ 2 + 0.5 }} {{ 1e3 }} {{ 1.5e-7 }} {{ 1e16 }} {{ 123456789.0 }} {{ 0.0001 }} {{ 0.00001 }}", "2.5 1000.0 1.5e-07 1e+16 123456789.0 0.0001 1e-05")]
    [InlineData("{{ -3 | abs }} {{ -x }}", "3 -2.5")]
    [InlineData("{{ true + 1 }}", "2")]
    [InlineData("{{ 1_000 }}", "1000")]
    [InlineData("{{ 7.5 // 2 }} {{ 7.5 % 2 }}", "3.0 1.5")]
    [InlineData("{{ 'a' * 3 }}{{ 2 * 'b' }}", "aaabb")]
    [InlineData("{{ [1] * 2 + [3] }}", "[1, 1, 3]")]
    [InlineData("{{ 'a' ~ 1 ~ none ~ true ~ [1, 'b'] }}", "a1NoneTrue[1, 'b']")]
    [InlineData("{{ 1 ~ 2 * 3 }}", "16")]
    [InlineData("{{ 'n=%s, %d%%' % ('x', 3) }}", "n=x, 3%")]
    [InlineData("{{ '%s' % 'y' }}", "y")]
    public void Render_Arithmetic_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' == 1 }}", "True False True True False")]
    [InlineData("{{ 'b' in 'abc' }} {{ 2 in items }} {{ 'b' in d }} {{ 9 not in items }}", "True True True True")]
    [InlineData("{{ not 2 in items }} {{ not yes or yes }}", "False True")]
    [InlineData("{{ [1, 2] == [1, 2] }} {{ (1, 2) == [1, 2] }} {{ {'a': 1} == {'a': 1.0} }}", "True False True")]
    [InlineData("{{ none == none }} {{ gone == gone2 }} {{ gone == none }}", "True True False")]
    [InlineData("{{ 'a' < 'b' }} {{ 2 >= 2.0 }} {{ [1, 2] < [1, 3] }} {{ [1] < [1, 2] }} {{ [1, 2] < [1] }}", "True True True True False")]
    [InlineData("{{ 'a' if 0.0 else 'b' }}{{ 'a' if {} else 'b' }}{{ 'a' if () else 'b' }}{{ 'a' if [0] else 'b' }}{{ [1] == [1, 2] }}", "bbbaFalse")]
    [InlineData("{{ empty or 'other' }} {{ n and 'both' }} {{ none and gone.x }}", "other both None")]
    [InlineData("{{ 'yes' if n else 'no' }}{{ 'x' if not n }}{{ 1 if false else 2 if false else 3 }}", "yes3")]
    public void Render_Comparison_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ none }} {{ true }} {{ [none, 'it\\'s', \"q\\\"\", 1.0, (1,), (), {}] }}", "None True [None, \"it's\", 'q\"', 1.0, (1,), (), {}]")]
    [InlineData("{{ d }}", "{'b': 1, 'a': [1, 'x', None, True, 2.0], 'items': 'own'}")]
    [InlineData("{{ gone }}|{{ d.gone }}|{{ items[9] }}", "||")]
    [InlineData("{{ 'a\\n\\t\\\\\\u00e9\\x41\\q' }}", "a\n\t\\éA\\q")]
    [InlineData("{{ 'a' 'b' }}", "ab")]
    [InlineData("{{ {'k': 1, 2: 'two'} }}", "{'k': 1, 2: 'two'}")]
    [InlineData("{{ d['items'] }} {{ d.b }} {{ d['a'][1] }} {{ d.a.1 }}", "own 1 x x")]
    [InlineData("{{ items[-1] }} {{ text.strip()[0] }} {{ 'abc'[-1] }}", "2 G c")]
    [InlineData("{{ messages[0].role }} {{ messages[-1]['content'] }}", "system U2")]
    [InlineData("{{ 1, 2 }}", "(1, 2)")]
    public void Render_Values_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ items[::-1] }} {{ items[1:] }} {{ items[:-1] }} {{ items[-2:] }} {{ items[5:] }} {{ items[::2] }}", "[2, 1, 3] [1, 2] [3, 1] [1, 2] [] [3, 2]")]
    [InlineData("{{ 'abcdef'[1:4] }} {{ 'abcdef'[::-2] }} {{ 'abcdef'[-2:] }} {{ 'a😀b'[::-1] }} {{ 'abcdef'[4:1:-1] }}", "bcd fdb ef b😀a edc")]
    [InlineData("{{ (1, 2, 3)[1:] }}", "(2, 3)")]
    [InlineData("{% for m in messages[::-1] %}{{ m.content }}{% endfor %}", "U2A1U1S")]
    [InlineData("{{ items[-9:2] }} {{ items[2:-9:-1] }}", "[3, 1] [2, 1, 3]")]
    public void Render_Slices_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{% for m in messages %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}", "10TrueFalse443 21FalseFalse432 32FalseFalse421 43FalseTrue410 ")]
    [InlineData("{% for m in messages if m.role == 'user' %}{{ loop.index }}/{{ loop.length }}{{ m.content }}{{ (loop.previtem.content if loop.previtem is defined) }}{{ loop.nextitem.content if loop.nextitem is defined }} {% endfor %}", "1/2U1U2 2/2U2U1 ")]
    [InlineData("{% for i in [] %}x{% else %}none{% endfor %}{% for i in [1] %}x{% else %}none{% endfor %}", "nonex")]
    [InlineData("{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "b=1;a=[1, 'x', None, True, 2.0];items=own;")]
    [InlineData("{% for k in d %}{{ k }}{% endfor %}{% for c in 'a😀' %}[{{ c }}]{% endfor %}{% for g in gone %}x{% endfor %}", "baitems[a][😀]")]
    [InlineData("{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "02")]
    [InlineData("{% set x = 1 %}{% for i in items %}{% set x = x + i %}{{ x }} {% endfor %}{{ x }}", "4 2 3 1")]
    [InlineData("{% set ns = namespace(a=0, b='q') %}{% for i in items %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c is defined }}", "6qFalse")]
    [InlineData("{% for i in [1, 2] %}{% for j in [3] %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}{{ loop.cycle('o', 'e') }}{{ loop.changed(i > 0) }}{% endfor %}", "10oTrue10eFalse")]
    [InlineData("{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "123")]
    [InlineData("{{ range(3) | list }}{{ range(1, 7, 2) | list }}{{ range(3, 0, -1) | list }}", "[0, 1, 2][1, 3, 5][3, 2, 1]")]
    [InlineData("{% for x in [1, 2] if x > 5 %}a{% else %}b{% endfor %}", "b")]
    [InlineData("{% for x in [] %}{% else %}{% set y = 1 %}{{ y }}{% endfor %}{{ y is defined }}", "1False")]
    [InlineData("{% for i in items %}{% if loop.last %}{% set last = i %}{% endif %}{% endfor %}{{ last is defined }}", "False")]
    public void Render_Loops_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{% if empty %}a{% elif n > 5 %}b{% else %}c{% endif %}", "b")]
    [InlineData("{% set a, b = 1, 'z' %}{{ a }}{{ b }}", "1z")]
    [InlineData("{% set t %}in {{ n }}{% endset %}[{{ t }}]", "[in 7]")]
    [InlineData("{% set t | upper | trim %} in {% endset %}[{{ t }}]", "[IN]")]
    [InlineData("{% filter upper | replace('A', 'b') %}a{{ n }}{% endfilter %}", "b7")]
    [InlineData("{% macro m(a, b='B', c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, c=3) }} {{ m(b=2, a=0) }} {{ m() }}", "1B1 1B3 020 B")]
    [InlineData("{% macro f(k) %}{% if k > 0 %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "321")]
    [InlineData("{% macro box(t) %}<{{ t }}{{ caller('!') }}>{% endmacro %}{% call(e) box('x') %}in{{ e }}{% endcall %}", "<xin!>")]
    [InlineData("{% macro m() %}{{ n }}{% endmacro %}{% set n = 8 %}{{ m() }}{{ m.name }}", "8m")]
    [InlineData("{% raw %}{{ x }}{% if %}{% endraw %}", "{{ x }}{% if %}")]
    [InlineData("a{# note {{ #}b", "ab")]
    [InlineData("{% set ns = namespace({'a': 1}) %}{{ ns.a }}{{ dict(a=1, b=2) }}", "1{'a': 1, 'b': 2}")]
    [InlineData("{% if true %}{% set inner = 1 %}{% endif %}{{ inner }}", "1")]
    [InlineData("{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S %A %B %j %p %I %y %-d %%') }}", "07 Mar 2026 2026-03-07 09:05:03 Saturday March 066 AM 09 26 7 %")]
    public void Render_Statements_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc")]
    [InlineData("a  {%- if true -%}  b  {%- endif -%}  c", "abc")]
    [InlineData("  {{ n }}  \n  {{- n }} \n {{ n -}} \n z", "  77 \n 7z")]
    [InlineData("x {% if true %} y {% endif %} z\n\n", "x  y  z\n")]
    [InlineData("  {%+ if true %}\n a{% endif +%}\nb", "   a\nb")]
    [InlineData("{# c #}\n  {# d #}\nx\n", "x")]
    [InlineData("a\n{% raw %}\n {{ b }} \n{% endraw %}\nc", "a\n\n {{ b }} \nc")]
    [InlineData("{%- raw -%}\n  z {%- endraw -%}\n y", "zy")]
    [InlineData("\r\n a\r\n{% if true %}\r\nb{% endif %}", "\n a\nb")]
    [InlineData("{% set x = 'a' %}\n\n{{ x }}\n", "\na")]
    [InlineData("{% for i in [1,2] %}\n\t{{ i }}\n{% endfor %}\nend", "\t1\n\t2\nend")]
    [InlineData("a {#- b -#} c", "ac")]
    [InlineData("{{ n }}\n    {% set q = 1 %}\n{{ q }}", "7\n1")]
    [InlineData("{{ n }}  {% if true %}a{% endif %} \t{# c #}b", "7  a \tb")]
    public void Render_Space_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("[{{ text | trim }}] {{ 'xxaxx' | trim('x') }}", "[Grüße 😀x] a")]
    [InlineData("{{ 'aB' | upper }}{{ 'aB' | lower }}{{ 'hello wORLD-foo' | title }} {{ 'hELLO' | capitalize }}", "ABabHello World-Foo Hello")]
    [InlineData("{{ 'aaa' | replace('a', 'b') }} {{ 'aaa' | replace('a', 'b', 2) }}", "bbb bba")]
    [InlineData("{{ [1, 'b'] | join }} {{ [1, 2] | join(', ') }} {{ messages | join('|', attribute='role') }}", "1b 1, 2 system|user|assistant|user")]
    [InlineData("{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb' | indent(2, true) }}|{{ 'a\n\nb' | indent(1, blank=true) }}", "a\n    b\n\n    c|  a\n  b|a\n \n b")]
    [InlineData("{{ 12 | string + 'x' }}", "12x")]
    [InlineData("{{ '<a href=\"x\">&\\'' | e }}{{ '<b>' | safe }}", "&lt;a href=&#34;x&#34;&gt;&amp;&#39;<b>")]
    [InlineData("{{ '%s-%s' | format(1, 'b') }}", "1-b")]
    public void Render_TextFilters_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ d | tojson }}", "{\"b\": 1, \"a\": [1, \"x\", null, true, 2.0], \"items\": \"own\"}")]
    [InlineData("{{ 'é<>&\\'\"\n\t/\\u0001' | tojson }} {{ 'é😀\u007f' | tojson(ensure_ascii=true) }}", "\"é<>&'\\\"\\n\\t/\\u0001\" \"\\u00e9\\ud83d\\ude00\\u007f\"")]
    [InlineData("{{ {'b': [1, {'c': none}], 'a': [], 'e': {}} | tojson(indent=2) }}", "{\n  \"b\": [\n    1,\n    {\n      \"c\": null\n    }\n  ],\n  \"a\": [],\n  \"e\": {}\n}")]
    [InlineData("{{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }} {{ [1, {'a': 2}] | tojson(separators=(',', ':')) }}", "{\"a\": 2, \"b\": 1} [1,{\"a\":2}]")]
    [InlineData("{{ 1.0 | tojson }} {{ 1e30 | tojson }} {{ 0.1 | tojson }} {{ true | tojson }} {{ (1, 2) | tojson }}", "1.0 1e+30 0.1 true [1, 2]")]
    [InlineData("{{ {1: 'a', '2': 'b'} | tojson }}", "{\"1\": \"a\", \"2\": \"b\"}")]
    public void Render_Json_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ items | length }}{{ text | length }}{{ d | count }}{{ gone | length }}", "31030")]
    [InlineData("{{ items | first }}{{ items | last }}{{ 'ab' | first }}{{ [] | first is defined }}", "32aFalse")]
    [InlineData("{{ 'ab' | list }}{{ d | list }}", "['a', 'b']['b', 'a', 'items']")]
    [InlineData("{{ items | sort }}{{ names | sort }}{{ names | sort(case_sensitive=true) }}{{ items | sort(reverse=true) }}{{ messages | sort(attribute='content') | map(attribute='content') | join }}", "[1, 2, 3]['A', 'a', 'b', 'c']['A', 'a', 'b', 'c'][3, 2, 1]A1SU1U2")]
    [InlineData("{{ items | reverse | list }}{{ 'a😀b' | reverse }}", "[2, 1, 3]b😀a")]
    [InlineData("{{ messages | map(attribute='role') | list }}{{ names | map('upper') | join(',') }}{{ [{'a': 1}, {}] | map(attribute='a', default='z') | list }}", "['system', 'user', 'assistant', 'user']B,A,C,A[1, 'z']")]
    [InlineData("{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list }}{{ messages | rejectattr('role', 'in', ['user', 'system']) | list | length }}{{ messages | selectattr('gone') | list }}", "['U1', 'U2']1[]")]
    [InlineData("{{ items | select('odd') | list }}{{ items | reject('>', 1) | list }}{{ [0, 1, '', 'a'] | select | list }}", "[3, 1][1][1, 'a']")]
    [InlineData("{{ {'b': 1, 'a': 2} | dictsort }}{{ {'b': 1, 'a': 2} | dictsort(by='value', reverse=true) }}", "[('a', 2), ('b', 1)][('a', 2), ('b', 1)]")]
    [InlineData("{{ ['a', 'A', 'b', 'a'] | unique | list }}{{ [1, 1, 2] | unique | list }}", "['a', 'b'][1, 2]")]
    [InlineData("{{ {'a': 1} | items | list }}{{ items | sum }}{{ items | min }}{{ items | max }}{{ messages | map(attribute='content') | max }}", "[('a', 1)]613U2")]
    [InlineData("{{ [{'f': {'n': 'x'}}] | map(attribute='f.n') | list }}", "['x']")]
    public void Render_ListFilters_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ gone | default('z') }}{{ empty | default('z') }}|{{ empty | default('z', true) }}{{ gone | d }}{{ none | default('q') }}", "z|zNone")]
    [InlineData("{{ '12' | int + 1 }} {{ '3.9' | int }} {{ 'x' | int }} {{ 'x' | int(5) }} {{ 3.9 | int }} {{ true | int }} {{ '1.5' | float }} {{ 'x' | float }}", "13 3 0 5 3 1 1.5 0.0")]
    [InlineData("{{ -5 | abs }} {{ -2.5 | abs }} {{ 2.567 | round(1) }} {{ 2.5 | round }} {{ 2.1 | round(method='ceil') }}", "5 2.5 2.6 2.0 3.0")]
    public void Render_ValueFilters_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ gone is defined }}{{ n is defined }}{{ gone is undefined }}{{ d.gone is not defined }}", "FalseTrueTrueTrue")]
    [InlineData("{{ none is none }}{{ n is none }}{{ 'a' is string }}{{ 1 is string }}{{ d is mapping }}{{ items is mapping }}", "TrueFalseTrueFalseTrueFalse")]
    [InlineData("{{ 'a' is iterable }}{{ items is iterable }}{{ 1 is iterable }}{{ d is sequence }}{{ 1 is sequence }}{{ gone is iterable }}", "TrueTrueFalseTrueFalseTrue")]
    [InlineData("{{ 1 is number }}{{ 1.5 is number }}{{ '1' is number }}{{ true is number }}{{ 1 is integer }}{{ 1.0 is integer }}{{ true is integer }}{{ 1.0 is float }}", "TrueTrueFalseTrueTrueFalseFalseTrue")]
    [InlineData("{{ true is boolean }}{{ 1 is boolean }}{{ true is true }}{{ 1 is true }}{{ false is false }}", "TrueFalseTrueFalseTrue")]
    [InlineData("{{ 3 is odd }}{{ 3 is even }}{{ 6 is divisibleby 3 }}{{ 7 is divisibleby(3) }}{{ -3 is odd }}", "TrueFalseTrueFalseTrue")]
    [InlineData("{{ 1 is in [1, 2] }}{{ 3 is not in [1] }}{{ n is eq 7 }}{{ n is equalto(8) }}{{ n is ne 7 }}{{ n is gt 6 }}{{ n is le 7 }}", "TrueTrueTrueFalseFalseTrueTrue")]
    [InlineData("{{ range is callable }}{{ n is callable }}{{ 'ab' is lower }}{{ 'AB' is upper }}{{ none is sameas none }}", "TrueFalseTrueTrueTrue")]
    [InlineData("{{ n is defined and n is number or gone.x }}", "True")]
    [InlineData("{{ 1 is eq 1 if true else 2 }}", "True")]
    public void Render_Tests_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("[{{ text.strip() }}][{{ ' a '.lstrip() }}][{{ ' a '.rstrip() }}][{{ '\\n\\na\\n'.strip('\\n') }}][{{ 'xya'.lstrip('yx') }}][{{ '\\x1ca\\x1f'.strip() }}]", "[Grüße 😀x][a ][ a][a][a][a]")]
    [InlineData("{{ 'a,b,,c'.split(',') }}{{ ' a  b '.split() }}{{ 'a,b,c'.split(',', 1) }}{{ 'a b  c '.split(none, 1) }}{{ 'a,b,c'.rsplit(',', 1) }}{{ 'a\\nb\\n'.splitlines() }}", "['a', 'b', '', 'c']['a', 'b']['a', 'b,c']['a', 'b  c ']['a,b', 'c']['a', 'b']")]
    [InlineData("{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith(('x', 'c')) }}{{ 'abc'.find('c') }}{{ 'abc'.find('z') }}{{ '😀bb'.rfind('b') }}{{ 'aXbX'.count('X') }}", "TrueTrue2-122")]
    [InlineData("{{ 'ab cd'.title() }}{{ 'aB'.upper() }}{{ 'aB'.lower() }}{{ 'hELLO w'.capitalize() }}{{ 'aXbX'.replace('X', '-', 1) }}", "Ab CdABabHello wa-bX")]
    [InlineData("{{ ', '.join(['a', 'b']) }}{{ 'prefix-a'.removeprefix('prefix-') }}{{ 'a.txt'.removesuffix('.txt') }}{{ '12'.isdigit() }}{{ ' '.isspace() }}", "a, baaTrueTrue")]
    [InlineData("{{ {'a': 1}.items() | list }}{{ d.keys() | list }}{{ {'a': 1}.values() | list }}{{ d.get('b') }}{{ d.get('z') }}{{ d.get('z', 'y') }}", "[('a', 1)]['b', 'a', 'items'][1]1Noney")]
    [InlineData("{{ items.index(2) }}{{ [1, 1].count(1) }}{{ ''.split(',') }}{{ ''.split() }}", "22[''][]")]
    public void Render_Methods_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ tools is none }}{{ documents is none }}{{ tools is defined }}{{ documents is defined }}", "TrueTrueTrueTrue")]
    [InlineData("{{ bos_token }}{% for message in messages %}{% if loop.index0 % 2 == 0 %}{{ message['role'] | upper }}{% else %}{{ message.content }}{% endif %}{% endfor %}{% if add_generation_prompt %}>{% endif %}", "<s>SYSTEMU1ASSISTANTU2>")]
    public void Render_Chat_AsJinjaDoes(string template, string expected) => Assert.Equal(expected, Render(template));

    private static string Render(string template) =>
        ChatTemplate.Parse(template).Render(Talk, addGenerationPrompt: true, new Dictionary<string, string> { ["bos_token"] = "<s>" }, new FixedClock()).Text;
}
