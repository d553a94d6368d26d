# SPDX-License-Identifier: Apache-2.0
"""A release as data, in the form that stands beside its files and answers those who ask for JSON."""

import json
from datetime import UTC, datetime

from atr.domain.artifact import Artifact, FileEntry, group_artifacts
from atr.domain.coordinates import Coordinate, KeysCoordinate
from atr.domain.names import FilePath
from atr.domain.project import ProductLine, Project
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.domain.vote import Round

FORMAT_VERSION = 1

_Json = str | int | None | list["_Json"] | dict[str, "_Json"]


def render_metadata(
    release: Release, project: Project, line: ProductLine, revision: Revision, rounds: tuple[Round, ...]
) -> bytes:
    """Return the metadata as JSON; the same state always gives the same bytes."""
    key = release.key
    described: dict[str, _Json] = {
        "format": FORMAT_VERSION,
        "release": str(key),
        "project": {"key": key.project, "name": project.name},
        "product": {"key": key.product, "name": line.name},
        "version": key.version,
        "stage": release.stage,
        "phase": release.phase,
        "path": Coordinate.of(release.stage, key).url_path,
        "keys": KeysCoordinate(release.stage, key.project).path,
        "created_at": _write_time(release.created_at),
        "released_at": _write_time(release.released_at),
        "revision": revision.number,
        "manifest_digest": str(revision.manifest_digest),
        "artifacts": [_describe_artifact(each) for each in group_artifacts(_list_paths(revision))],
        "files": [_describe_file(each) for each in revision.files],
        "votes": [_describe_round(each) for each in rounds],
    }
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def _list_paths(revision: Revision) -> list[FilePath]:
    return [entry.path for entry in revision.files]


def _describe_file(entry: FileEntry) -> _Json:
    content = entry.content
    return {
        "path": entry.path,
        "size": content.size,
        "sha512": content.sha512.hex,
        "sha256": content.sha256.hex,
    }


def _describe_artifact(artifact: Artifact) -> _Json:
    return {
        "file": artifact.file,
        "signature": artifact.signature,
        "checksums": list(artifact.checksums),
        "sboms": list(artifact.sboms),
    }


def _describe_round(vote: Round) -> _Json:
    return {
        "round": vote.number,
        "kind": vote.kind,
        "state": vote.state,
        "manifest_digest": str(vote.manifest_digest),
        "policy_version": vote.policy_version,
        "opened_at": _write_time(vote.opened_at),
        "closed_at": _write_time(vote.closed_at),
        "summary": vote.summary,
    }


def _write_time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
