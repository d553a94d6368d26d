# SPDX-License-Identifier: Apache-2.0
"""Charts of Helm: a gzipped tar with `NAME/Chart.yaml` (Helm documentation, "Charts")."""

import re
import time
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import yaml

from atr.formats.archive import read_archive
from atr.formats.budget import Budget, Limits
from atr.formats.member import Defect, Entry, MemberKind, Unreadable

LARGEST_CHART = 64 * 1024 * 1024
_LARGEST_MANIFEST = 1024 * 1024
_LIMITS = Limits(total_bytes=512 * 1024 * 1024, members=20_000, seconds=60.0)
_MANIFEST = re.compile(r"(?:\./)?(?P<folder>[^/]+)/Chart\.yaml")
_PRERELEASE = "artifacthub.io/prerelease"


@dataclass(frozen=True, slots=True)
class HelmChart:
    """What a chart says of itself; `prerelease` is None where it leaves that to its version."""

    name: str
    version: str
    prerelease: bool | None = None


def read_helm_chart(data: bytes) -> HelmChart:
    """Read what a packaged chart says of itself; raise ValueError with what is wrong with it."""
    manifest = _find_manifest(data)
    try:
        facts = yaml.safe_load(manifest)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError("its Chart.yaml is no YAML") from error
    match facts:
        case {"name": str() as name, "version": str() as version}:
            return HelmChart(name, version, _read_prerelease(facts.get("annotations")))
        case _:
            raise ValueError("its Chart.yaml does not name the chart and its version as texts")


def _find_manifest(data: bytes) -> bytes:
    defects: list[Defect] = []
    budget = Budget(_LIMITS, time.monotonic)
    try:
        for entry in read_archive(BytesIO(data), "chart.tgz", budget, defects.append):
            if entry.member.kind is MemberKind.FILE and _MANIFEST.fullmatch(entry.member.path):
                return _read_manifest(entry)
    except Unreadable as error:
        raise ValueError(f"it is no packaged chart: {error}") from error
    raise ValueError("it is no packaged chart: it has no Chart.yaml in a folder of its own")


def _read_manifest(entry: Entry) -> bytes:
    if entry.member.size > _LARGEST_MANIFEST:
        raise ValueError("its Chart.yaml is too large")
    return b"".join(entry.chunks)


def _read_prerelease(annotations: Any) -> bool | None:
    """Read the annotation of Artifact Hub, whose values are texts ("Helm annotations")."""
    value = annotations.get(_PRERELEASE) if isinstance(annotations, dict) else None
    return None if value is None else str(value).lower() == "true"
