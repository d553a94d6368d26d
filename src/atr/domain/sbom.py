# SPDX-License-Identifier: Apache-2.0
"""Software bills of materials as files of a release."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.artifact import Digest
from atr.domain.names import FilePath, ReleaseKey


class SbomFormat(StrEnum):
    """The formats ATR accepts."""

    CYCLONEDX_JSON = "cyclonedx-json"
    CYCLONEDX_XML = "cyclonedx-xml"
    SPDX_JSON = "spdx-json"
    SPDX_TAG_VALUE = "spdx-tag-value"


_SUFFIXES = {
    ".cdx.json": SbomFormat.CYCLONEDX_JSON,
    ".bom.json": SbomFormat.CYCLONEDX_JSON,
    ".cdx.xml": SbomFormat.CYCLONEDX_XML,
    ".bom.xml": SbomFormat.CYCLONEDX_XML,
    ".spdx.json": SbomFormat.SPDX_JSON,
    ".spdx": SbomFormat.SPDX_TAG_VALUE,
}


@dataclass(frozen=True, slots=True)
class Sbom:
    """One bill of materials: which artifact of which revision it describes, and its own bytes."""

    release: ReleaseKey
    revision: int
    path: FilePath
    artifact: FilePath | None
    format: SbomFormat
    digest: Digest
    generated: bool = False
    added_at: datetime | None = None


def guess_format(path: FilePath) -> SbomFormat | None:
    """Return the format a file name announces, or None when it is not an SBOM."""
    return next((kind for suffix, kind in _SUFFIXES.items() if path.endswith(suffix)), None)
