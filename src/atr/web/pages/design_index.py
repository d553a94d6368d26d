# SPDX-License-Identifier: Apache-2.0
"""What there is to see on the design page: components by subject, colours, icons."""

import re
from functools import cache

from atr.web.assets import STATIC_DIRECTORY

INDEX = (
    ("Frame", (("header", "Header"), ("crumbs", "Breadcrumb"), ("tabs", "Tabs"), ("layout", "Layout"))),
    (
        "Releases",
        (
            ("situation", "Situation"),
            ("stepper", "Phase stepper"),
            ("badge", "Status badge"),
            ("findings", "Finding row"),
            ("files", "File triple"),
            ("chart", "Count"),
            ("charts", "Chart"),
        ),
    ),
    (
        "Texts",
        (
            ("people", "Person"),
            ("digest", "Digest"),
            ("moments", "Moment and deadline"),
            ("tooltip", "Tooltip for a word"),
            ("texts", "Facts, numbers and commands"),
        ),
    ),
    ("Lists", (("timeline", "Timeline"), ("table", "Table"), ("empty", "Empty state"))),
    (
        "Acting",
        (
            ("form", "Form"),
            ("field-error", "Field with an error"),
            ("buttons", "Button"),
            ("dialog", "Dialog"),
        ),
    ),
    ("Telling", (("toast", "Toast"), ("notice", "Notice"), ("progress", "Progress"))),
    ("Looks", (("tokens", "Tokens"), ("icons", "Icons"))),
)
"""The parts of the design page by subject: the id of each, and its name."""
COLOURS = (
    ("Surfaces", ("paper", "surface", "sunken", "raised", "line", "line-strong")),
    ("Ink", ("ink", "ink-soft", "ink-faint")),
    ("Accent", ("accent", "accent-strong", "accent-wash", "on-accent", "focus")),
    (
        "Meanings",
        ("good", "good-wash", "info", "info-wash", "warn", "warn-wash", "bad", "bad-wash"),
    ),
)
"""The colours by subject, each by the name of its token."""


@cache
def list_icons() -> tuple[str, ...]:
    """Return the name of every icon in the sprite."""
    sprite = (STATIC_DIRECTORY / "vendor/icons.svg").read_text()
    return tuple(re.findall(r'<symbol id="([^"]+)"', sprite))
