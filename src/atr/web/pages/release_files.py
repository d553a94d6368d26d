# SPDX-License-Identifier: Apache-2.0
"""The files of a release as the triples of file, signature and checksums."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atr.domain.artifact import CHECKSUM_SUFFIXES, is_internal
from atr.domain.check import Severity
from atr.domain.names import FilePath
from atr.domain.verdict import Standing
from atr.services.release_views import ArtifactView
from atr.web.components import Badge, CompanionView, FileView
from atr.web.flash import Tone
from atr.web.pages.release_frame import Visit

MOST_SHOWN = 10
"""So many files are shown where the page is about more than them."""
_FAULTS = frozenset({Severity.ERROR, Severity.BLOCKER, Severity.CONCERN})


@dataclass(frozen=True, slots=True)
class LooseFile:
    """A signature, checksum or bill of materials that belongs to no file here."""

    path: str
    href: str


def list_files(visit: Visit, most: int | None = None) -> tuple[FileView, ...]:
    """Return the artifacts of the shown revision; of more than `most` those at fault come first."""
    artifacts = visit.view.artifacts
    if most is not None and len(artifacts) > most:
        faulty = {path for path, severity in +_count_troubles(visit) if severity in _FAULTS}
        artifacts = tuple(sorted(artifacts, key=lambda each: each.artifact.file not in faulty))[:most]
    return show_files_of(visit, artifacts)


def show_files_of(visit: Visit, artifacts: Iterable[ArtifactView]) -> tuple[FileView, ...]:
    """Return some of the artifacts as they are shown."""
    troubles = _count_troubles(visit)
    return tuple(_show_artifact(visit, each, troubles) for each in artifacts)


def list_loose_files(visit: Visit) -> tuple[LooseFile, ...]:
    """Return what belongs to no artifact."""
    return tuple(LooseFile(path, find_address(visit, path)) for path in visit.view.loose_files)


def find_address(visit: Visit, path: FilePath) -> str:
    """Return where a file is read: at its public coordinate, or in the revision when it is not offered."""
    stage = visit.offered_stage
    if stage is None or is_internal(path):
        return visit.paths.stored_file(visit.view.release.shown_revision, path)
    return visit.paths.offered_file(stage, path)


def _show_artifact(visit: Visit, view: ArtifactView, troubles: Counter[tuple[str, Severity]]) -> FileView:
    path = view.artifact.file
    return FileView(
        path=path,
        href=find_address(visit, path),
        size=view.content.size,
        digest=str(view.content.sha512),
        companions=tuple(_list_companions(visit, view)),
        badge=_make_badge(path, troubles),
    )


def _list_companions(visit: Visit, view: ArtifactView) -> Iterator[CompanionView]:
    artifact = view.artifact
    if artifact.signature is None:
        yield _say_missing(visit, artifact.file, "signature")
    else:
        yield CompanionView("signature", find_address(visit, artifact.signature))
    if not artifact.checksums:
        yield _say_missing(visit, artifact.file, "checksum")
    for path in artifact.checksums:
        suffix = next(each for each in CHECKSUM_SUFFIXES if path.endswith(each))
        yield CompanionView(suffix.removeprefix("."), find_address(visit, path))
    for path in artifact.sboms:
        yield CompanionView("SBOM", find_address(visit, path))


def _say_missing(visit: Visit, path: FilePath, what: str) -> CompanionView:
    """Return that a companion is not there: as a fault where a rule asks for it, otherwise as a fact."""
    tallies = visit.view.facts.verdict.tallies
    open_ones = (each for each in tallies if each.standing is Standing.BLOCKS and each.undecided)
    if any(each.rule == f"names.{what}-missing" and each.artifact == path for each in open_ones):
        return CompanionView(f"{what} missing", "", Tone.BAD)
    return CompanionView(f"no {what}", "", Tone.NEUTRAL)


def _count_troubles(visit: Visit) -> Counter[tuple[str, Severity]]:
    troubles: Counter[tuple[str, Severity]] = Counter()
    for each in visit.view.facts.verdict.tallies:
        troubles[each.artifact, each.severity] += each.undecided
    return troubles


def _make_badge(path: FilePath, troubles: Counter[tuple[str, Severity]]) -> Badge | None:
    blocking = troubles[path, Severity.BLOCKER] + troubles[path, Severity.ERROR]
    if blocking:
        return Badge("1 blocker" if blocking == 1 else f"{blocking} blockers", Tone.BAD)
    concerns = troubles[path, Severity.CONCERN]
    if concerns:
        return Badge("1 concern" if concerns == 1 else f"{concerns} concerns", Tone.WARN)
    return None
