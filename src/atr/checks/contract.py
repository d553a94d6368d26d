# SPDX-License-Identifier: Apache-2.0
"""What a check is, what it is given, and what it gives back.

There are three kinds. A file check looks at one file and its neighbours. An archive check follows the single
pass through an archive. A revision check looks at the names of all files and at what the others found.
Each is a value; to add one, write its file and name it in the tuple of `atr.checks`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from atr.checks.rat_audit import RatReport
from atr.checks.source_listing import FetchSource, refuse_source
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, FindingData, RevisionFacts, Rule
from atr.domain.check_policy import ArtifactKind
from atr.domain.key import PublicKey, SignatureVerdict, SigningKey
from atr.domain.names import FilePath
from atr.formats.budget import Limits
from atr.formats.member import Defect, Member
from atr.formats.tree import TreeEntry

Inputs = tuple[str, ...]  # what a result depends on besides the rules' versions and the file's content
Consumer = Callable[[bytes], object]  # takes the content of one member, piece by piece
_NOTHING: Mapping[str, FindingData] = MappingProxyType({})


def make_finding(
    rule: Rule,
    artifact: str,
    message: str,
    *,
    member: str | None = None,
    data: Mapping[str, FindingData] = _NOTHING,
) -> Finding:
    """Return a finding with the rule's own severity, its words fit to be stored and printed."""
    place = None if member is None else clean_text(member)
    values = {name: _clean_value(value) for name, value in data.items()}
    return Finding(rule.id, rule.severity, clean_text(artifact), clean_text(message), place, values)


def clean_text(text: str) -> str:
    """Return text without bytes that are no UTF-8 and without NUL, which names inside archives may hold."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def _clean_value(value: FindingData) -> FindingData:
    if isinstance(value, tuple):
        return tuple(map(clean_text, value))
    return clean_text(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class RatAccess:
    """Apache RAT, where it is set up: the program's identity, and what it says of a file."""

    identity: str
    audit: Callable[[FileEntry], RatReport]


@dataclass(frozen=True, slots=True)
class FileView:
    """One file as a file check sees it.

    `read` returns the content of a small file and raises TooLarge beyond the given bytes; `verify` weighs the
    detached signatures in the bytes over a file, trusting the given keys alone.
    """

    entry: FileEntry
    facts: RevisionFacts
    files: Mapping[FilePath, FileEntry]
    keys: tuple[SigningKey, ...]
    read: Callable[[FileEntry, int], bytes]
    verify: Callable[[Sequence[PublicKey], bytes, FileEntry], SignatureVerdict]
    rat: RatAccess | None = None


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A check of one file; `inputs` returns None when the result must not be kept."""

    name: str
    rules: tuple[Rule, ...]
    applies: Callable[[FileView], bool]
    inputs: Callable[[FileView], Inputs | None]
    examine: Callable[[FileView], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """One archive as an archive check sees it before the pass begins; fit to be sent to another process."""

    entry: FileEntry
    facts: RevisionFacts

    @property
    def name(self) -> str:
        """Return the file name without folders."""
        return self.entry.path.name

    @property
    def kind(self) -> ArtifactKind:
        """Return what the archive is for, by the project's policy."""
        return self.facts.policy.classify(self.entry.path)


@dataclass(frozen=True, slots=True)
class PassOutcome:
    """How the pass ended: whether the end was reached, what is wrong with the archive, and its size.

    `nested` holds the defects of archives inside this one, each with its place as `member`; `members` counts
    the archive's own, `unpacked` all bytes that came out. `rows` lists the archive's own members that were
    read, in order of their paths, for `atr.formats.tree.read_rows`.
    """

    complete: bool
    defects: tuple[Defect, ...]
    nested: tuple[Defect, ...]
    members: int
    unpacked: int
    rows: Sequence[bytes] = ()


class Observer(Protocol):
    """Follows one pass through one archive."""

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        """Look at a member and the first 8 KiB of its content; return what wants the content as a whole.

        Members of nested archives have `containers`.
        """

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        """Say what was found, after the last member."""


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """A check that looks inside archives; all of them share one decompression.

    Members of archives inside the archive are met only by a check that `looks_into_nested`.
    """

    name: str
    rules: tuple[Rule, ...]
    inputs: Callable[[ArchiveView], Inputs]
    begin: Callable[[ArchiveView], Observer]
    looks_into_nested: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveTask:
    """Everything that one pass needs; can be sent to another process."""

    path: Path
    view: ArchiveView
    checks: tuple[ArchiveCheck, ...]
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one pass yields: findings by the name of their check; a tree only when the end was reached."""

    findings: Mapping[str, tuple[Finding, ...]]
    tree: bytes | None


ScanArchive = Callable[[ArchiveTask], ScanResult]


class ScanStopped(Exception):
    """Raised when a pass was ended from outside, with the one finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class RevisionView:
    """All files of a revision by path, and what the other checks found in them.

    `read` is that of a FileView. `tree` lists the members of an archive of this release or the one before, in
    order of their paths; None when it cannot be read to its end. `fetch_source` lists what is in a commit and
    raises SourceNotAllowed or SourceUnavailable.
    """

    facts: RevisionFacts
    files: Mapping[FilePath, FileEntry]
    found: tuple[Finding, ...]
    read: Callable[[FileEntry, int], bytes]
    tree: Callable[[FileEntry], Iterator[TreeEntry] | None]
    fetch_source: FetchSource = refuse_source


@dataclass(frozen=True, slots=True)
class RevisionCheck:
    """A check of all files together, run last and never kept: it must be cheap."""

    name: str
    rules: tuple[Rule, ...]
    examine: Callable[[RevisionView], Iterable[Finding]]


Check = FileCheck | ArchiveCheck | RevisionCheck


class FindingCache(Protocol):
    """Where findings and trees are kept; as `atr.ports.checks`, for those who must not need the server."""

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        """Return the findings kept under those keys; unknown keys are left out."""

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        """Keep findings by key; what is there already stays."""

    def find_tree(self, key: str) -> bytes | None:
        """Return the tree kept under the key, if there is one."""

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep a tree; what is there already stays."""


class SignatureVerifier(Protocol):
    """The part of a keyring that checks need."""

    def verify_detached(
        self, keys: Sequence[PublicKey], signature: bytes, data: Path, now: datetime
    ) -> SignatureVerdict:
        """Say what a detached signature over the file is worth, trusting these keys alone."""
