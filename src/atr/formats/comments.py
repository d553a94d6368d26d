# SPDX-License-Identifier: Apache-2.0
"""How comments are written, for showing people what a header looks like in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommentStyle:
    """A comment of several lines: what stands in front of each line, and before and after them."""

    prefix: str
    first: str = ""
    last: str = ""

    def wrap(self, text: str) -> str:
        """Return the text as a comment, with a newline at the end."""
        lines = (f"{self.prefix}{line}".rstrip() for line in text.strip().splitlines())
        return "\n".join((*filter(None, [self.first]), *lines, *filter(None, [self.last]), ""))


STYLES: dict[str, CommentStyle] = {
    "block": CommentStyle(" * ", "/*", " */"),
    "hash": CommentStyle("# "),
    "markup": CommentStyle("  ", "<!--", "-->"),
    "dashes": CommentStyle("-- "),
    "semicolons": CommentStyle(";; "),
    "percent": CommentStyle("% "),
    "rem": CommentStyle("@REM "),
    "apostrophe": CommentStyle("' "),
    "stars": CommentStyle(" * ", "(*", " *)"),
    "braces": CommentStyle("", "{-", "-}"),
    "dnl": CommentStyle("dnl "),
    "dots": CommentStyle("   ", ".."),
    "jinja": CommentStyle("  ", "{#", "#}"),
    "jsp": CommentStyle("  ", "<%--", "--%>"),
    "slashes": CommentStyle("", "////", "////"),
    "bang": CommentStyle("! "),
    "quote": CommentStyle('" '),
    "roff": CommentStyle('.\\" '),
    "freemarker": CommentStyle("  ", "<#--", "-->"),
    "velocity": CommentStyle("## "),
    "mustache": CommentStyle("  ", "{{!", "}}"),
    "erb": CommentStyle("  ", "<%#", "%>"),
    "pug": CommentStyle("//- "),
    "haml": CommentStyle("-# "),
    "pascal": CommentStyle("", "{", "}"),
    "php": CommentStyle(" * ", "<?php\n/*", " */"),
    "tildes": CommentStyle("~~ "),
}
