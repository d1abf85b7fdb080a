import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.prose import plain, prose_html


class Found(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name == "href"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Första\n\nandra", "<p>Första</p>\n<p>andra</p>\n"),
        ("**viktigt** och *sagt*", "<p><strong>viktigt</strong> och <em>sagt</em></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        (
            "[UHM](https://www.upphandlingsmyndigheten.se/)",
            '<p><a href="https://www.upphandlingsmyndigheten.se/" rel="noreferrer">UHM</a></p>\n',
        ),
        ("[post](mailto:a@b.se)", '<p><a href="mailto:a@b.se" rel="noreferrer">post</a></p>\n'),
        ("", ""),
    ],
)
def test_a_little_markdown_becomes_html(text, html):
    assert prose_html(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](//evil.example/)",
        "[x](/account/logout/)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/pixel.png)",
        "[a]: javascript:alert(1)\n\n[a]",
        '[x](https://a.se "\\" onmouseover=alert(1) \\"")',
        "`<b>`",
        "```html\n<b>\n```",
        "    <b>indented</b>",
    ],
)
def test_nothing_of_it_is_html_or_runs(text):
    found = Found(prose_html(text))
    assert found.tags <= {"p", "a"}
    assert found.attributes <= {"href", "rel", "title"}
    assert [url for url in found.links if not url.startswith(("https://", "mailto:"))] == []


def test_headings_stand_below_the_page_and_skip_no_level():
    assert prose_html("# A\n\n#### B\n\n# C", level=3) == "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>\n"
    assert prose_html("### A", level=4) == "<h4>A</h4>\n"
    assert prose_html("# A\n\n## B\n\n### C", level=5) == "<h5>A</h5>\n<h6>B</h6>\n<h6>C</h6>\n"


def test_plain_are_the_words_alone():
    assert plain("# Rubrik\n\nEn *lista*\nmed [länk](https://a.se):\n\n- a\n- b") == "Rubrik\nEn lista med länk:\na\nb"


def test_where_links_lead_is_told_where_asked_for():
    text = "Läs [den nya](https://exempel.se/ny) först."
    assert plain(text) == "Läs den nya först."
    assert plain(text, links=True) == "Läs den nya (https://exempel.se/ny) först."


@given(st.text(alphabet=st.sampled_from("ab <>*_[]()!#-`\n\\&;:/\"'1.>"), max_size=200))
def test_no_text_breaks_it(text):
    assert "<script" not in prose_html(text)
    plain(text)


@pytest.mark.parametrize("piece", ["[", "![[", "*a ", "**a*", "> ", "- ", "<", "[a](b", "[a]: x\n", "\\"])
def test_a_long_hostile_text_is_read_quickly(piece):
    started = time.process_time()
    prose_html((piece * 20_000)[:20_000])
    assert time.process_time() - started < 5
