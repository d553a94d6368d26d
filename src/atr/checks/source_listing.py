# SPDX-License-Identifier: Apache-2.0
"""What a commit holds, and how a check gets to know it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from atr.domain.source import SourceReference


class SourceNotAllowed(Exception):
    """Raised when nobody has allowed to fetch from there; the message says what to do."""


class SourceUnavailable(Exception):
    """Raised when a commit could not be fetched; trying again later may help."""


@dataclass(frozen=True, slots=True)
class SourceListing:
    """The files of a commit, the SHA-1 of each blob by its path; and what is a repository of its own."""

    files: Mapping[str, str]
    submodules: frozenset[str] = field(default_factory=frozenset)


FetchSource = Callable[[SourceReference], SourceListing]


def refuse_source(reference: SourceReference) -> NoReturn:
    """Refuse: nobody said that the network may be used."""
    raise SourceNotAllowed(
        f"Nothing was compared with {reference}: repeat with --repository, naming a clone or the address."
    )
