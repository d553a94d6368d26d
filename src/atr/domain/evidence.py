# SPDX-License-Identifier: Apache-2.0
"""What a voter did before voting: the items are fixed, the words are theirs (voting.md, section 2)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from atr.domain.checklist import name_item
from atr.domain.errors import Invalid, Problem


class EvidenceItem(StrEnum):
    """One thing that somebody who looks at a candidate does."""

    DOWNLOADED = "downloaded"
    MANIFEST = "manifest"
    CHECKSUMS = "checksums"
    SIGNATURES = "signatures"
    LICENCES = "licences"
    BUILT = "built"
    TESTS = "tests"
    PLATFORM = "platform"
    VERIFIED = "verified"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return what people read."""
        return _LABELS[self]


_LABELS: Mapping[EvidenceItem, str] = MappingProxyType(
    {
        EvidenceItem.DOWNLOADED: "Downloaded the files",
        EvidenceItem.MANIFEST: "Compared the files with the manifest digest",
        EvidenceItem.CHECKSUMS: "Compared the checksums",
        EvidenceItem.SIGNATURES: "Verified the signatures",
        EvidenceItem.LICENCES: "Read licence and notice",
        EvidenceItem.BUILT: "Built it",
        EvidenceItem.TESTS: "Ran the tests",
        EvidenceItem.PLATFORM: "Platform",
        EvidenceItem.VERIFIED: "Verified by a tool",
        EvidenceItem.OTHER: "Other",
    }
)


DONE = "done"
"""What a tick says that nobody put into words."""


def read_evidence(given: Mapping[str, str], checklist_items: int = 0) -> Mapping[str, str]:
    """Return the items in their fixed order, then those of the round's checklist.

    Raise Invalid with every name that is none, and empty words.
    """
    own = [name_item(number) for number in range(1, checklist_items + 1)]
    names = [*map(str, EvidenceItem), *own]
    choices = ", ".join([*EvidenceItem, *(own if len(own) < 2 else [f"{own[0]} to {own[-1]}"])])
    problems = [
        Problem(f"evidence.{name}", f"There is no such item: choose {choices}.")
        for name in given
        if name not in names
    ]
    problems += [
        Problem(f"evidence.{name}", "Say what you did, or leave it out.")
        for name, said in given.items()
        if name in names and not said.strip()
    ]
    if problems:
        raise Invalid(*problems)
    return MappingProxyType({name: given[name].strip() for name in names if name in given})
