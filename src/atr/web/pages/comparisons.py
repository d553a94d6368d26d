# SPDX-License-Identifier: Apache-2.0
"""What a revision is compared with: another of the release, or the release before; and the ways to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from atr.domain.errors import NotFound
from atr.services.revision_diffs import DiffReleases, DiffRevisions
from atr.web.components import Option
from atr.web.pages.release_frame import Visit

RELEASE_BEFORE = "release"
_MOST_OPTIONS = 100
_MOST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Comparison:
    """A revision of a release, and what it is compared with: another's number, or RELEASE_BEFORE."""

    visit: Visit
    number: int
    other: str

    @property
    def question(self) -> DiffReleases | DiffRevisions:
        """Return what to ask for the changed files."""
        if self.other == RELEASE_BEFORE:
            return DiffReleases(self.visit.key)
        return DiffRevisions(self.visit.key, int(self.other), self.number)

    @property
    def address(self) -> str:
        """Return the page of the revision with this comparison."""
        return f"{self.visit.paths.revision(self.number)}?{urlencode({'against': self.other})}"

    def locate(self, page: str, **named: str) -> str:
        """Return a page about part of the comparison, such as its `members`."""
        query = {"against": self.other, **{name: value for name, value in named.items() if value}}
        return f"{self.visit.paths.revision(self.number)}/{page}?{urlencode(query)}"

    def list_options(self) -> Iterator[Option]:
        """Yield what else the revision can be compared with."""
        if self.number == self.visit.view.release.shown_revision:
            yield Option(RELEASE_BEFORE, "The release before")
        for each in self.visit.view.revisions[:_MOST_OPTIONS]:
            if each.number != self.number:
                words = f": {each.description[:60]}" if each.description else ""
                yield Option(str(each.number), f"Revision {each.number}{words}")


def read_comparison(visit: Visit, number: int, against: str) -> Comparison:
    """Return what the address asks for, the revision before unless it says; raise NotFound."""
    if not 0 < number < 10**_MOST_DIGITS:
        raise NotFound("revision", number)
    if not against:
        return Comparison(visit, number, str(number - 1))
    if against != RELEASE_BEFORE and not (against.isdecimal() and len(against) < _MOST_DIGITS):
        raise NotFound("revision", against)
    if against == RELEASE_BEFORE and number != visit.view.release.shown_revision:
        raise NotFound("comparison with the release before of revision", number)
    return Comparison(visit, number, against)
