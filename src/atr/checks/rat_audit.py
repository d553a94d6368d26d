# SPDX-License-Identifier: Apache-2.0
"""What the check by Apache RAT needs of whatever runs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from atr.formats.rat_report import RatFile


class RatFailed(Exception):
    """Raised when Apache RAT could not examine an archive, with the reason."""


@dataclass(frozen=True, slots=True)
class RatReport:
    """What Apache RAT says of an archive: files by their paths in it, and the lists of exclusions there."""

    files: tuple[RatFile, ...]
    exclusions: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))


class RatRunner(Protocol):
    """Runs Apache RAT; the identity names the program that runs, so that findings of another are not kept."""

    @property
    def identity(self) -> str:
        """Return what tells this program from another version of it."""

    def audit(self, archive: Path, name: str) -> RatReport:
        """Return what it says of an archive, whose own name is `name`; raise RatFailed."""
