"""Components as tags. Each draws the template of its name in templates/components/, which lists the variables."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.ui.charts import Bar, drawn_bars
from portal.ui.prose import prose_html
from portal.ui.texts import marked_differences

register = template.Library()


def _draw(component: str, **variables: Any) -> SafeString:
    content = variables.get("content")
    if isinstance(content, SafeString):
        variables["content"] = SafeString(content.strip())
    return SafeString(render_to_string(f"components/{component}.html", variables).strip())


@register.simple_block_tag
def button(content, href="", kind="", name="", value="", form="", formaction="", download=False):
    """A link that looks like a button when `href` is given, otherwise a submit button."""
    return _draw(
        "button",
        content=content,
        href=href,
        kind=kind,
        name=name,
        value=value,
        form=form,
        formaction=formaction,
        download=download,
    )


@register.simple_block_tag(takes_context=True)
def post_button(context, content, action, kind="", **fields):
    """A form of one button, with its CSRF token; further arguments are sent along as hidden fields."""
    return _draw(
        "post_button", content=content, action=action, kind=kind, fields=fields, csrf_token=context.get("csrf_token")
    )


@register.simple_block_tag
def badge(content, kind=""):
    return _draw("badge", content=content, kind=kind)


@register.simple_block_tag
def light(content, colour, why=""):
    """`why`: the sentence that explains it, on hover and on focus.

    Raises ValueError for a colour that is no traffic light's: a missing light must not look like a red one.
    """
    if colour not in {"green", "yellow", "red"}:
        raise ValueError(f"No light is {colour!r}.")
    return _draw("light", content=content, colour=colour, why=why)


@register.simple_block_tag
def notice(content, kind="info", title=""):
    return _draw("notice", content=content, kind=kind, title=title)


@register.simple_block_tag
def empty_state(content, title):
    return _draw("empty_state", content=content, title=title)


@register.simple_block_tag
def breadcrumbs(content):
    return _draw("breadcrumbs", content=content)


@register.simple_block_tag
def tile(content, figure, note="", late=False):
    return _draw("tile", content=content, figure=figure, note=note, late=late)


@register.simple_block_tag
def table(content, caption="", flow=True):
    return _draw("table", content=content, caption=caption, flow=flow)


@register.simple_block_tag
def summary(content):
    return _draw("summary", content=content)


@register.simple_tag
def steps(steps, label):
    return _draw("steps", steps=steps, label=label)


@register.simple_tag
def progress(label, value=None, maximum=100, text="", element_id="progress"):
    return _draw("progress", label=label, value=value, maximum=maximum, text=text, id=element_id)


@register.simple_tag
def pagination(previous_url="", next_url="", text=""):
    return _draw("pagination", previous_url=previous_url, next_url=next_url, text=text)


@register.simple_tag
def sort_heading(heading, kind=""):
    """`heading`: portal.ui.sorting.Heading."""
    return _draw("sort_heading", heading=heading, kind=kind)


@register.simple_tag
def evidence(name, url="", kind="", detail=""):
    return _draw("evidence", name=name, url=url, kind=kind, detail=detail)


@register.simple_tag
def comparison(label, mine, theirs, mine_title, theirs_title):
    """Two versions of a text, the words that differ marked."""
    ours, others = marked_differences(mine, theirs)
    return _draw("comparison", label=label, mine=ours, theirs=others, mine_title=mine_title, theirs_title=theirs_title)


@register.simple_tag
def history(changes, older_url=""):
    """`changes`: the rows of `portal.history.queries.changes_of`."""
    return _draw("history", changes=changes, older_url=older_url)


@register.simple_tag
def prose(text, level=3, language=""):
    """A text with a little Markdown; `level`: of its topmost headings, one below the heading it stands under."""
    return _draw("prose", html=prose_html(text or "", level), language=language)


@register.simple_tag
def bar_chart(element_id, title, bars: Iterable[Bar], summary="", full=0, marked=""):
    """`bars`: portal.ui.charts.Bar. The same drawing serves pages and PDFs; put the table of its figures near.

    `full`: what fills the width if no bar is longer, for charts that stand beside each other. `marked`: what the other colour
    says, told beneath where a bar has it.
    """
    drawn = drawn_bars(bars, full)
    told = marked if any(row["marked"] for row in drawn["rows"]) else ""
    return _draw("bar_chart", id=element_id, title=title, summary=summary, marked=told, **drawn)


@register.simple_tag
def error_summary(*forms: BaseForm | None, takes_focus: bool = True):
    """All errors of the forms, each a link to its field; nothing without errors. Forms that are missing are skipped."""
    return _draw(
        "error_summary", takes_focus=takes_focus, items=[item for form in forms if form for item in error_items(form)]
    )


def error_items(form: BaseForm) -> list[tuple[str, str, str]]:
    """(href, label with its colon, message) of each error, in the order of the fields. Those of no field come first, unlinked."""
    items = [("", "", str(message)) for message in form.non_field_errors()]
    for bound in form:
        for message in bound.errors:
            items.append((_anchor(bound), _spoken(bound.label), str(message)))
    return items


def _spoken(label: object) -> str:
    """The label as it stands before a message: "Due date:", but "What did you find?", and so other whole sentences."""
    text = str(label)
    return text if text.endswith(("?", ".", "!")) else f"{text}:"


def _anchor(bound: BoundField) -> str:
    """The address of what takes the focus: of a group of choices its first."""
    if bound.is_hidden:
        return ""
    return f"#{bound.id_for_label or bound.auto_id + '_0'}"
