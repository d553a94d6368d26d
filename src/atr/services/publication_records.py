# SPDX-License-Identifier: Apache-2.0
"""Recording that a release is published, and going on to its announcement."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.artifact import group_artifacts
from atr.domain.errors import Conflict, DomainError
from atr.domain.event import Subject
from atr.domain.key import find_signer
from atr.domain.lifecycle import CHANNELS_CONFIRMED, Phase, Stage
from atr.domain.names import FilePath, Fingerprint, ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.release import Release
from atr.formats.openpgp import LARGEST_SIGNATURE, read_signatures
from atr.services.announcements import draft_announcement
from atr.services.door import Command, Done, Place, Work
from atr.services.release_phases import enter_phase, gather_situation
from atr.services.releases import find_release
from atr.services.revisions import find_revision


@dataclass(frozen=True, slots=True)
class RecordPublication(Command[Release]):
    """Note that the voted files stand in the download area; go on to the announcement if nothing waits."""

    release: ReleaseKey

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Release]:
        """Record it with the keys that signed; raise Conflict when the release is no longer current."""
        release = find_release(work, self.release)
        if release.stage is not Stage.CURRENT:
            raise Conflict(f"{release.key} is {release.phase} meanwhile.")
        published = work.unit.releases.save(replace(release, published_at=work.now), release.phase)
        for path, fingerprint in list_signers(work, published):
            work.unit.revisions.note_signature(published.key, path, fingerprint)
        waits = not CHANNELS_CONFIRMED.holds(gather_situation(work, published))
        if published.phase is Phase.DISTRIBUTE and not waits:
            published = begin_announcement(work, published)
        subject = Subject.of_release(self.release)
        return Done(published, "release.published", subject, {"phase": str(published.phase)})


def begin_announcement(work: Work, release: Release) -> Release:
    """Move a published release on to phase announce, with a draft of the announcement."""
    entered = enter_phase(work, release, Phase.ANNOUNCE)
    draft_announcement(work, entered)
    return entered


@dataclass(frozen=True, slots=True)
class PrepareAnnouncement(Command[Release]):
    """Move a release on to phase announce once it is published and confirmed everywhere."""

    release: ReleaseKey

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Release]:
        """Enter the phase and write the draft; raise Refused with all reasons."""
        release = find_release(work, self.release)
        entered = begin_announcement(work, release)
        details = {"from": str(release.phase), "to": str(entered.phase)}
        return Done(entered, "release.moved", Subject.of_release(self.release), details)


def list_signers(work: Work, release: Release) -> Iterator[tuple[FilePath, Fingerprint]]:
    """Yield each signed artifact of the shown revision with the project's key that signed it."""
    files = {entry.path: entry for entry in find_revision(work, release.key, release.shown_revision).files}
    keys = [attached.key for attached in work.unit.keys.list_attached(release.key.project)]
    for artifact in group_artifacts(files):
        if artifact.signature is None:
            continue
        stored = work.around.blobs.open(files[artifact.signature].content.sha512)
        try:
            signatures = read_signatures(stored.read_range(0, LARGEST_SIGNATURE))
        except DomainError:  # a waiver may have let an unreadable one pass
            continue
        signers = (find_signer(keys, signature) for signature in signatures)
        yield from ((artifact.file, signer.fingerprint) for signer in signers if signer is not None)
