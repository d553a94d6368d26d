# SPDX-License-Identifier: Apache-2.0
"""Where to go from a page that could not be shown: what was probably meant, and what lies above it."""

from difflib import get_close_matches
from typing import Final
from urllib.parse import quote, urlencode

from atr.domain.names import MAIN, ReleaseKey
from atr.domain.people import ANONYMOUS, Actor
from atr.services.near_names import FindNearNames, NearNames
from atr.web.addresses import locate_line, locate_project, locate_release
from atr.web.components import Link
from atr.web.parts import WebParts, WebRequest

_SECTIONS: Final = {
    "projects": "Projects",
    "releases": "Releases",
    "keys": "Keys",
    "channels": "Channels",
    "events": "Events",
    "help": "Help",
    "search": "Search",
    "me": "My account",
    "privacy": "Privacy",
    "sign-in": "Sign in",
    "operations": "Operations",
    "activity": "Activity",
}
# Below these stands the name of a project.
_OF_PROJECTS: Final = frozenset({"projects", "releases", "candidate", "current", "archived"})
_MOST_WORDS: Final = 3
_NEAR_ENOUGH: Final = 0.6
_LONGEST_WORD: Final = 60


def list_ways_up(path: str) -> tuple[Link, ...]:
    """Return what lies above an address, nearest first, without asking anybody."""
    words = _split(path)
    if not words or words[0] not in _SECTIONS:
        return ()
    section = Link(_SECTIONS[words[0]], f"/{words[0]}")
    if words[0] == "releases" and len(words) > 4:
        return (Link("The release", "/" + "/".join(map(quote, words[:4]))), section)
    if words[0] == "projects" and len(words) > 2:
        return (Link("The project", f"/projects/{quote(words[1])}"), section)
    return (section,)


def find_near(request: WebRequest, parts: WebParts) -> tuple[Link, ...]:
    """Return what was probably meant by an address at which there is nothing; it asks the database."""
    words = _split(request.scope["path"])
    if not words:
        return ()
    if words[0] in _OF_PROJECTS and len(words) > 1:
        actor: Actor = request.scope.get("user") or ANONYMOUS
        near = parts.door.ask(actor, FindNearNames(tuple(words[1 : 1 + _MOST_WORDS])))
        return (*_name_all(near), _make_search(words[1]))
    found = get_close_matches(words[0].lower(), _SECTIONS, 2, _NEAR_ENOUGH)
    return (*(Link(_SECTIONS[each], f"/{each}") for each in found), _make_search(words[0]))


def _split(path: str) -> list[str]:
    return [word for word in path.split("/") if word]


def _make_search(word: str) -> Link:
    short = word[:_LONGEST_WORD]
    return Link(
        f"Search for \N{LEFT DOUBLE QUOTATION MARK}{short}\N{RIGHT DOUBLE QUOTATION MARK}",
        f"/search?{urlencode({'q': short})}",
    )


def _name_all(near: NearNames) -> tuple[Link, ...]:
    releases = (Link(_name_release(near, key), locate_release(key)) for key in near.releases)
    lines = (Link(f"{near.projects[ref.project]} {ref.product}", locate_line(ref)) for ref in near.lines)
    projects = (Link(name, locate_project(key)) for key, name in near.projects.items())
    return (*releases, *lines, *projects)


def _name_release(near: NearNames, key: ReleaseKey) -> str:
    line = "" if key.product == MAIN else f" {key.product}"
    return f"{near.projects[key.project]}{line} {key.version}"
