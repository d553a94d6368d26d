# SPDX-License-Identifier: Apache-2.0
"""Making the tree of published releases what the phases say, and nothing that was not voted on."""

from dataclasses import dataclass
from typing import Self

from atr.domain.artifact import list_public
from atr.domain.errors import Refused
from atr.domain.keys_file import write_keys_file
from atr.domain.lifecycle import Phase, Stage, VoteStanding
from atr.domain.names import ProjectKey, ReleaseKey
from atr.domain.people import SERVICE
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.services.door import Query, Work
from atr.services.errand import Errand, Tools
from atr.services.ledger import run_once
from atr.services.products import find_product
from atr.services.projects import find_project
from atr.services.publication_records import RecordPublication
from atr.services.release_facts import gather_facts
from atr.services.release_metadata import render_metadata
from atr.services.releases import find_release
from atr.services.revisions import find_revision

_KEPT = frozenset({Phase.ARCHIVED, Phase.END_OF_LIFE})
_PUBLISHED_STAGES = (Stage.CURRENT, Stage.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Publication:
    """What has to stand in the tree for a release: the sealed files with their metadata."""

    stage: Stage
    release: Release
    revision: Revision
    metadata: bytes

    @property
    def effect(self) -> str:
        """Return the name of this publication in the ledger; after every change it is another one."""
        return f"publish {self.release.key.storage_key} as {self.stage}, edition {self.release.edition}"


@dataclass(frozen=True, slots=True)
class PreparePublication(Query[Publication | None]):
    """What is to be published of a release, None when nothing is."""

    release: ReleaseKey

    def answer(self, work: Work) -> Publication | None:
        """Return it; raise Refused when the sealed bytes are not the ones whose vote passed."""
        release = find_release(work, self.release)
        stage = find_published_stage(release)
        if stage is None:
            return None
        facts = gather_facts(work, release)
        if release.sealed_revision is None or facts.situation.vote is not VoteStanding.PASSED:
            raise Refused(f"{release.key} is not published: no passed vote is about its sealed files.")
        revision = find_revision(work, release.key, release.sealed_revision)
        project = find_project(work, release.key.project)
        line = find_product(work, release.key.line)
        metadata = render_metadata(release, project, line, revision, facts.rounds)
        return Publication(stage, release, revision, metadata)


def find_published_stage(release: Release) -> Stage | None:
    """Return where the release's files are offered, if they are: candidates and revoked ones are not."""
    if release.stage is Stage.CURRENT:
        return Stage.CURRENT
    return Stage.ARCHIVED if release.phase in _KEPT and release.released_at else None


@dataclass(frozen=True, slots=True)
class ShowKeysFile(Query[bytes]):
    """The `KEYS` file of a project."""

    project: ProjectKey

    def answer(self, work: Work) -> bytes:
        """Return the file; raise NotFound for an unknown project."""
        project = find_project(work, self.project)
        return write_keys_file(project.name, work.unit.keys.list_attached(self.project))


@dataclass(frozen=True, slots=True)
class PublishRelease(Errand):
    """Put the voted files into the download area and record it."""

    release: ReleaseKey

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION`."""
        return cls(ReleaseKey.parse(argument))

    def run(self, tools: Tools) -> None:
        """Settle the tree, then record what was done unless it is recorded."""
        publication = settle_tree(tools, self.release)
        if publication is None or publication.stage is not Stage.CURRENT:
            return
        if publication.release.published_at is None:
            tools.door.perform(SERVICE, RecordPublication(self.release))


@dataclass(frozen=True, slots=True)
class WithdrawRelease(Errand):
    """Move the files of a release that was set aside to the archive, or take them away."""

    release: ReleaseKey

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION`."""
        return cls(ReleaseKey.parse(argument))

    def run(self, tools: Tools) -> None:
        """Settle the tree; what the phase says now counts, whatever it was when this was asked for."""
        settle_tree(tools, self.release)


@dataclass(frozen=True, slots=True)
class WriteKeys(Errand):
    """Bring a project's `KEYS` up to date in every published stage."""

    project: ProjectKey

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read the project's key."""
        return cls(ProjectKey(argument))

    def run(self, tools: Tools) -> None:
        """Write the file; writing it again changes nothing."""
        tools.published.write_keys(self.project, tools.door.ask(SERVICE, ShowKeysFile(self.project)))


def settle_tree(tools: Tools, key: ReleaseKey) -> Publication | None:
    """Make the tree what the release's phase says; return what stands there now, None for nothing.

    The new place is filled before the old one is emptied, and each part may be repeated.
    """
    publication = tools.door.ask(SERVICE, PreparePublication(key))
    if publication is not None:
        _publish(tools, publication)
    for stage in _PUBLISHED_STAGES:
        if publication is None or stage is not publication.stage:
            tools.published.withdraw(stage, key)
    return publication


def _publish(tools: Tools, publication: Publication) -> None:
    key, revision = publication.release.key, publication.revision
    WriteKeys(key.project).run(tools)

    def publish_files() -> str:
        for entry in revision.files:
            tools.blobs.verify(entry.content.sha512)
        offered = list_public(revision.files)
        tools.published.publish(publication.stage, key, offered, publication.metadata)
        return str(revision.manifest_digest)

    # Publishing again finds the same files there, so there is nothing to ask before acting.
    run_once(tools.door, publication.effect, lambda: None, publish_files)
