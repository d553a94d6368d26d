# SPDX-License-Identifier: Apache-2.0
"""What keeps pages working under a content security policy without inline code, and markup in one place."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.rules.rule import Rule
from tests.architecture.source_tree import Source

INLINE = {
    "a script without src": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a javascript: address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "an unescaped value": re.compile(r"\|\s*safe\b|autoescape\s+false"),
}
# The attributes; names of headers such as hx-request are no markup.
HTMX = re.compile(
    r"\bhx-(boost|confirm|delete|ext|get|include|indicator|on|patch|post|put|select|swap|vals)\b"
)


def find_inline_code(source: Source) -> Iterator[str]:
    """Report what the content security policy would refuse, and what escapes escaping."""
    for what, pattern in INLINE.items():
        for match in pattern.finditer(source.text):
            yield f"{source.text.count(chr(10), 0, match.start()) + 1} has {what}"


def find_markup_in_code(source: Source) -> Iterator[str]:
    """Report htmx attributes in Python: they belong to the templates."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HTMX.search(node.value):
            yield f"{node.lineno} htmx attributes stand in templates only"


RULES = (
    Rule(
        "templates hold no inline code",
        find_inline_code,
        Source("src/atr/web/templates/x.html", '<p class="a"\n style="color: red">{{ text | safe }}</p>'),
        where=("src/",),
        suffixes=(".html",),
    ),
    Rule(
        "htmx stands in templates only",
        find_markup_in_code,
        Source("src/atr/web/pages/x.py", "ATTRIBUTE = 'hx-get'\n"),
        where=("src/",),
    ),
)
