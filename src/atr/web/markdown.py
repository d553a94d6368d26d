# SPDX-License-Identifier: Apache-2.0
"""Markdown that people wrote, as HTML that can do no harm."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_INLINE_TAGS = {"a", "br", "code", "del", "em", "s", "strong"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
# A reader's page has its own first two levels of headings.
_LOWERED = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}


def _build_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


_PARSER = _build_parser()


def render_markdown(text: str) -> Markup:
    """Return the text as safe HTML: no script, no style, no image, and links that lend no reputation."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        token.tag = _LOWERED.get(token.tag, token.tag)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return _clean(html, _TAGS)


def render_inline(text: str) -> Markup:
    """Return one paragraph as safe HTML that may stand within a line, such as the label of a field."""
    return _clean(_PARSER.renderInline(text), _INLINE_TAGS)


def _clean(html: str, tags: set[str]) -> Markup:
    return Markup(  # noqa: S704 -- what comes out of nh3 holds only these tags and the attributes above
        nh3.clean(
            html,
            tags=tags,
            attributes={tag: names for tag, names in _ATTRIBUTES.items() if tag in tags},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    )
