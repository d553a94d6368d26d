# SPDX-License-Identifier: Apache-2.0
"""Where programs find what a page says: feeds of releases, and the same thing as data."""

from dataclasses import dataclass

from atr.domain.names import ProductKey, ProductRef, ProjectKey
from atr.web.addresses import locate_line, locate_project

FOUNDATION_FEED = "/releases.atom"


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another form of a page, for its head and for a link on it."""

    title: str
    href: str
    media_type: str
    form: str
    icon: str


def locate_feed(project: ProjectKey, product: ProductKey | None = None) -> str:
    """Return the path of the feed of a project, or of one of its product lines."""
    place = locate_project(project) if product is None else locate_line(ProductRef(project, product))
    return f"{place}{FOUNDATION_FEED}"


def make_feed_link(name: str, path: str = FOUNDATION_FEED) -> Alternate:
    """Return the link to a feed of releases."""
    return Alternate(f"Releases of {name}", path, "application/atom+xml", "Atom", "bell")


def make_data_link(title: str, path: str) -> Alternate:
    """Return the link to the same thing as data."""
    return Alternate(title, path, "application/json", "JSON", "terminal")
