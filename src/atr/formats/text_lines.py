# SPDX-License-Identifier: Apache-2.0
"""Bytes as lines of text, where they are text that can be shown."""

from atr.formats.content import ContentKind, recognise_content

LARGEST_TEXT = 1024 * 1024
MOST_LINES = 5_000
LONGEST_LINE = 5_000


def split_lines(content: bytes) -> tuple[str, ...] | str:
    """Return the lines, or in a sentence why they cannot be shown; bytes that are no UTF-8 are replaced."""
    if recognise_content(content[: 8 * 1024]) not in {ContentKind.TEXT, ContentKind.EMPTY}:
        return "This is no text: download it to look at it."
    if len(content) > LARGEST_TEXT:
        return f"Texts of more than {LARGEST_TEXT // 1024} KiB are not shown: download it to look at it."
    lines = content.decode("utf-8", "replace").replace("\0", "\ufffd").split("\n")
    if lines[-1] == "":
        lines.pop()
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        return f"More than {MOST_LINES} lines, or longer ones than that, are not shown: download it."
    return tuple(lines)
