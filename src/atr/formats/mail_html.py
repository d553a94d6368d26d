# SPDX-License-Identifier: Apache-2.0
"""The text of an HTML mail as its reader sees it, without what is marked as quoted or as a signature.

A scanner of its own: the standard library's parser takes quadratic time on broken markup, and nothing here
needs a tree. What this returns is text; it is never shown as HTML.
"""

import html
import re
from dataclasses import dataclass, field

_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_BLANKS = re.compile(r"[ \t\n\f]+")
_UNSEEN = frozenset({"style", "script", "head", "title", "template", "object", "select", "textarea", "svg"})
_LINES = frozenset({
    "address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "ol", "p", "pre", "section", "table",
    "tbody", "tr", "ul",
})  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "area", "base", "col", "wbr"})
# What mail programs put around quotes and signatures. Gmail's `gmail_quote` is not among them: answers
# between the pieces of a quote stand in it as well.
_FOREIGN = re.compile(
    r"gmail_signature|moz-signature|moz-forward-container|yahoo_quoted|protonmail_quote|protonmail_signature"
    r"|zmail_extra|applemailsignature|ms-outlook-mobile-signature|tutanota_quote|display\s{0,3}:\s{0,3}none",
    re.IGNORECASE,
)
# Outlook leaves a mark before what it quotes, and encloses nothing.
_REST = re.compile(
    r"divRplyFwdMsg|appendonsend|stopSpelling|OLK_SRC_BODY_SECTION|replySplit|reference-message-container"
    r"|ms-outlook-mobile-reference-message",
    re.IGNORECASE,
)
_LONGEST_ATTRIBUTES = 4_000


@dataclass(slots=True)
class _Scan:
    out: list[str] = field(default_factory=list)
    dropped: str = ""  # the element that is being left out
    depth: int = 0
    preformatted: int = 0
    ended: bool = False


def read_html(source: str) -> str:
    """Return the text with a line for every line that is seen, and a `>` for every quote."""
    scan, at = _Scan(), 0
    while not scan.ended:
        opened = source.find("<", at)
        _add_text(scan, source[at:] if opened < 0 else source[at:opened])
        if opened < 0:
            break
        at = _pass_tag(scan, source, opened)
    lines = "".join(scan.out).split("\n")
    return "\n".join(line.strip(" ").replace("\xa0", " ") for line in lines)


def _add_text(scan: _Scan, raw: str) -> None:
    if not raw or scan.dropped:
        return
    if not scan.preformatted:
        raw = _BLANKS.sub(" ", raw)
    scan.out.append(html.unescape(raw) if "&" in raw else raw)


def _pass_tag(scan: _Scan, source: str, opened: int) -> int:
    """Take the tag or comment that begins here into account; return where it ends."""
    if source.startswith("<!--", opened):
        closed = source.find("-->", opened + 4)
        return len(source) if closed < 0 else closed + 3
    tag = _TAG.match(source, opened + 1)
    if tag is None and source[opened + 1 : opened + 2] not in ("!", "?"):
        _add_text(scan, "<")
        return opened + 1
    closed = source.find(">", opened)
    end = len(source) if closed < 0 else closed + 1
    if tag is not None:
        attributes = source[tag.end() : min(end, tag.end() + _LONGEST_ATTRIBUTES)]
        _follow_tag(scan, tag[2].lower(), attributes, closes=bool(tag[1]))
    return end


def _follow_tag(scan: _Scan, name: str, attributes: str, *, closes: bool) -> None:
    if scan.dropped:
        if name == scan.dropped:
            scan.depth += -1 if closes else 1
            scan.dropped = scan.dropped if scan.depth else ""
        return
    if not closes and _REST.search(attributes):
        scan.ended = True
        return
    if not closes and _is_foreign(name, attributes):
        scan.dropped, scan.depth = name, 1
        scan.out += ["\n>\n"] if name == "blockquote" else []
    if name == "pre":
        scan.preformatted = max(0, scan.preformatted + (-1 if closes else 1))
    if name == "br":
        scan.out.append("\n")
    elif name in _LINES:
        _end_line(scan, name)


def _is_foreign(name: str, attributes: str) -> bool:
    """Tell whether the element, which has an end, holds what its author did not write or nobody sees."""
    if name in _VOID or attributes.endswith("/>"):
        return False
    return name in _UNSEEN or name == "blockquote" or _FOREIGN.search(attributes) is not None


def _end_line(scan: _Scan, name: str) -> None:
    if scan.out and not scan.out[-1].endswith("\n"):
        scan.out.append("\n")
    if name in ("p", "blockquote") and scan.out[-2:] != ["\n", "\n"]:
        scan.out.append("\n")
