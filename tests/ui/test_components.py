import pytest
from django.template import Context, Template

from portal.ui.charts import Bar, drawn_bars
from portal.ui.texts import MAXIMUM_WORDS, marked_differences


def draw(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_light_has_shape_and_words():
    assert draw('{% light "green" %}inga öppna avvikelser{% endlight %}').count("<circle") == 1
    assert "– åtgärd försenad" in draw('{% light "red" %}åtgärd försenad{% endlight %}')


def test_a_colour_that_is_no_light_is_refused():
    with pytest.raises(ValueError, match="blue"):
        draw('{% light "blue" %}x{% endlight %}')


def test_what_people_wrote_is_escaped_everywhere():
    evil = '"><script>alert(1)</script>'
    html = draw(
        "{% button href=evil %}{{ evil }}{% endbutton %}{% notice title=evil %}{{ evil }}{% endnotice %}"
        "{% tile figure=evil note=evil %}{{ evil }}{% endtile %}{% evidence name=evil url=evil kind=evil detail=evil %}"
        "{% comparison label=evil mine=evil theirs=other mine_title=evil theirs_title=evil %}"
        "{% bar_chart element_id='c' title=evil bars=bars summary=evil %}{% progress label=evil text=evil %}",
        evil=evil,
        other="other",
        bars=[Bar(evil, 1, evil)],
    )

    assert "<script" not in html
    assert '""' not in html.replace('class=""', "")


def test_the_longest_bar_fills_the_width_and_none_is_shorter_than_nothing():
    drawn = drawn_bars([Bar("a", 200, "200"), Bar("b", 100, "100"), Bar("c", 0, "0"), Bar("d", -5, "−5")])

    assert [row["length"] for row in drawn["rows"]] == [drawn["width"], drawn["width"] // 2, 0, 0]


@pytest.mark.parametrize("values", [[], [0], [0, 0], [-1]])
def test_a_chart_of_nothing_draws(values):
    drawn = drawn_bars(Bar(str(value), value, str(value)) for value in values)

    assert [row["length"] for row in drawn["rows"]] == [0] * len(values)


def test_a_comparison_marks_the_words_that_differ():
    mine, theirs = marked_differences("Dörren var låst i går", "Dörren var blockerad i går")

    assert mine == [("Dörren var ", False), ("låst ", True), ("i går", False)]
    assert theirs == [("Dörren var ", False), ("blockerad ", True), ("i går", False)]


@pytest.mark.parametrize("text", ["", " ", "a\n\nb  c", "ord " * (MAXIMUM_WORDS + 1)])
def test_a_comparison_loses_nothing(text):
    mine, theirs = marked_differences(text, "annat")

    assert "".join(piece for piece, _differs in mine) == text
    assert "".join(piece for piece, _differs in theirs) == "annat"
