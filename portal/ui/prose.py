"""Texts that people write with a little Markdown: paragraphs, headings, lists, emphasis, links. Never HTML, never pictures."""

from collections.abc import Iterator, Sequence
from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

DEEPEST_HEADING = 6
# Code would ask for a typeface that neither pages nor documents have.
LEFT_OUT = ["image", "code", "fence", "backticks", "html_block", "html_inline"]
LINKED = ("http://", "https://", "mailto:")


class _Renderer(RendererHTML):
    """Links tell the page they lead to nothing of where they were."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("rel", "noreferrer")
        return self.renderToken(tokens, idx, options, env)


def prose_html(text: str, level: int = 3) -> SafeString:
    """The text as HTML that is safe on pages and in documents; `level`: what its first level of headings becomes."""
    parser = _parser()
    tokens = list(prose_tokens(text, level))
    return mark_safe(parser.renderer.render(tokens, parser.options, {}))  # noqa: S308 - the parser escapes all of it


def prose_tokens(text: str, level: int = 3) -> Sequence[Token]:
    """The text as its parts, for what is written in another form than HTML."""
    tokens = _parser().parse(text or "")
    _shift_headings(tokens, level)
    return tokens


def plain(text: str, *, links: bool = False) -> str:
    """The words of the text, without its marks, a paragraph a line; with `links` also where they lead, in brackets."""
    blocks = (token for token in _parser().parse(text or "") if token.type == "inline")
    return "\n".join("".join(_words(block.children or (), links=links)) for block in blocks)


def _shift_headings(tokens: Sequence[Token], level: int) -> None:
    """The first heading is of the level; no later one is more than a step below the one before (WCAG 1.3.1)."""
    depth = 0
    for token in tokens:
        if token.type not in {"heading_open", "heading_close"}:
            continue
        if token.type == "heading_open":
            depth = min(int(token.tag[1:]), depth + 1)
        token.tag = f"h{min(level + depth - 1, DEEPEST_HEADING)}"


def _words(tokens: Sequence[Token], *, links: bool) -> Iterator[str]:
    target = ""
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrGet("href"))
        elif token.type == "link_close":
            yield f" ({target})" if links else ""
        else:
            yield " " if token.type in {"softbreak", "hardbreak"} else token.content


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
    parser.disable(LEFT_OUT)
    parser.validateLink = lambda url: url.lower().startswith(LINKED)  # type: ignore[method-assign]
    return parser
