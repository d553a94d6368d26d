# SPDX-License-Identifier: Apache-2.0
"""Releases, their revisions, and uploads under way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import (
    FilePath,
    Fingerprint,
    ProductKey,
    ProductRef,
    ProjectKey,
    ReleaseKey,
    UserId,
    Version,
)
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.ports.repositories.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class ReleaseFilter:
    """Which releases to list; None means any."""

    stage: Stage | None = None
    phase: Phase | None = None
    project: ProjectKey | None = None
    product: ProductKey | None = None
    text: str = ""


class Releases(Protocol):
    """Releases."""

    def find(self, key: ReleaseKey) -> Release | None:
        """Return the release, if it is there."""

    def list(self, which: ReleaseFilter, page: PageRequest) -> Page[Release]:
        """Return releases, the latest change of phase first."""

    def list_released(self, which: ReleaseFilter, page: PageRequest) -> Page[Release]:
        """Return releases that were announced, archived and revoked ones too, the last announced first."""

    def list_versions(self, line: ProductRef, phases: frozenset[Phase]) -> tuple[Version, ...]:
        """Return the versions of a product line that are in one of the phases, in no order."""

    def list_unfinished(self, projects: Iterable[ProjectKey], limit: int) -> tuple[Release, ...]:
        """Return releases of the projects that are on their way, the latest change of phase first."""

    def list_begun(self, by: UserId, limit: int) -> tuple[Release, ...]:
        """Return the releases that somebody began, the newest first."""

    def add(self, release: Release) -> None:
        """Add the release; raise Conflict when the version is taken."""

    def save(self, release: Release, expected_phase: Phase) -> Release:
        """Replace it if phase and edition are still the stored ones, else raise Conflict; next edition."""


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    """A revision without its files."""

    number: int
    manifest_digest: Digest
    file_count: int
    total_size: int
    created_at: datetime
    created_by: str
    description: str


class Revisions(Protocol):
    """Revisions."""

    def find(self, release: ReleaseKey, number: int) -> Revision | None:
        """Return the revision with its files."""

    def list(self, release: ReleaseKey) -> tuple[RevisionSummary, ...]:
        """Return all revisions, newest first, without files."""

    def find_file(self, release: ReleaseKey, number: int, path: FilePath) -> FileEntry | None:
        """Return one file of a revision, without reading the others."""

    def find_summary(self, release: ReleaseKey, number: int) -> RevisionSummary | None:
        """Return the revision without its files."""

    def find_summaries(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, RevisionSummary]:
        """Return the shown revision of many releases in one query; those without files are left out."""

    def add(self, revision: Revision) -> None:
        """Add the revision; raise Conflict when the number is taken."""

    def list_digests(self) -> Iterator[Digest]:
        """Return the sha512 of every file that any revision names."""

    def find_content(self, sha512: Digest) -> Content | None:
        """Return what is known of stored bytes, so that they need not be sent again."""

    def find_contents(self, digests: Iterable[Digest]) -> dict[Digest, Content]:
        """Return what is known of many, by sha512, in one query; unknown ones are left out."""

    def add_content(self, content: Content) -> None:
        """Remember stored bytes; remembering them again changes nothing."""

    def note_signature(self, release: ReleaseKey, path: FilePath, fingerprint: Fingerprint) -> None:
        """Record which key signed a released artifact."""

    def has_signed(self, fingerprint: Fingerprint) -> bool:
        """Tell whether the key signed a released artifact."""

    def find_signers(self, fingerprints: Iterable[Fingerprint]) -> frozenset[Fingerprint]:
        """Return those of the keys that signed a released artifact, in one query."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in; how much has arrived is the spool's business."""

    id: str
    release: ReleaseKey
    path: FilePath
    size: int
    sha512: Digest
    owner: UserId | None
    created_at: datetime
    complete: bool = False


class Uploads(Protocol):
    """Uploads under way."""

    def find(self, upload_id: str) -> Upload | None:
        """Return the upload, if it is under way."""

    def add(self, upload: Upload) -> None:
        """Add the upload."""

    def complete(self, upload_id: str) -> None:
        """Mark it complete."""

    def delete(self, upload_id: str) -> None:
        """Forget it."""
