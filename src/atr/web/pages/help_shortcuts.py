# SPDX-License-Identifier: Apache-2.0
"""The keyboard shortcuts, for whoever looks for them before pressing `?`."""

from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from atr.web.components import Link
from atr.web.parts import WebRequest
from atr.web.rendering import NAVIGATION, Page, show_page

SHORTCUTS_PATH: Final = "/help/shortcuts"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One key, or two after each other, and where it leads or what it does."""

    keys: str
    label: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the keys, each by itself."""
        return tuple(self.keys.split())


@dataclass(frozen=True, slots=True)
class ShortcutGroup:
    """Shortcuts that work in the same places."""

    title: str
    shortcuts: tuple[Shortcut, ...]


@dataclass(frozen=True, slots=True)
class ShortcutsView:
    """All of them."""

    groups: tuple[ShortcutGroup, ...]


SHORTCUT_GROUPS: Final = (
    ShortcutGroup(
        "Everywhere",
        (
            Shortcut("?", "List the shortcuts of this page"),
            Shortcut("/", "Search"),
            Shortcut("g h", "Home"),
            *(Shortcut(link.key, link.label) for link in NAVIGATION),
            Shortcut("g a", "Administration, for sysadmins"),
            Shortcut("g ?", "Help"),
            Shortcut("t", "Exact times instead of relative ones"),
        ),
    ),
    ShortcutGroup(
        "In lists",
        (Shortcut("j", "Next item"), Shortcut("k", "Previous item"), Shortcut("Enter", "Open it")),
    ),
    ShortcutGroup(
        "On the pages of a release",
        (
            Shortcut("o", "Overview"),
            Shortcut("f", "Files"),
            Shortcut("c", "Checks"),
            Shortcut("v", "Vote"),
            Shortcut("d", "Channels"),
            Shortcut("a", "Announcement"),
            Shortcut("l", "Download"),
        ),
    ),
    ShortcutGroup(
        "In a vote",
        (Shortcut("+", "Vote +1"), Shortcut("0", "Vote 0"), Shortcut("-", "Vote -1")),
    ),
)


@get(SHORTCUTS_PATH, sync_to_thread=True)
def show_shortcuts(request: WebRequest) -> Response[bytes]:
    """List the shortcuts."""
    view = ShortcutsView(SHORTCUT_GROUPS)
    page = Page("pages/help_shortcuts.html", "Keyboard shortcuts", view, (Link("Help", "/help"),))
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_shortcuts,)
