# SPDX-License-Identifier: Apache-2.0
"""The coordinates that Maven's own files name: `*.pom`, and `maven-metadata.xml` of a repository."""

import re
from dataclasses import dataclass

from atr.formats.plain_xml import Texts, read_texts

_WORD = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_VERSION = re.compile(r"[A-Za-z0-9_.+~-]{1,100}")


@dataclass(frozen=True, slots=True)
class Pom:
    """What a project file says of itself; group and version come from the parent where it is silent."""

    group_id: str
    artifact_id: str
    version: str
    packaging: str = "jar"


def read_pom(data: bytes) -> Pom:
    """Read the coordinates of a project file; raise ValueError with what is wrong with it.

    A released file is read without others, so coordinates left to properties are not accepted (Maven, POM
    reference, "Maven Coordinates").
    """
    texts = read_texts(data)
    if not any(path.startswith("project/") for path in texts):
        raise ValueError("it is no project file: its outermost element is not <project>")
    group = _take(texts, "project/groupId") or _take(texts, "project/parent/groupId")
    version = _take(texts, "project/version") or _take(texts, "project/parent/version")
    return Pom(
        _require("groupId", group, _WORD),
        _require("artifactId", _take(texts, "project/artifactId"), _WORD),
        _require("version", version, _VERSION),
        _take(texts, "project/packaging") or "jar",
    )


def read_released_version(data: bytes) -> str | None:
    """Return the newest released version that a repository's `maven-metadata.xml` names; raise ValueError."""
    texts = read_texts(data)
    listed = texts.get("metadata/versioning/versions/version", ())
    return _take(texts, "metadata/versioning/release") or (listed[-1] if listed else None)


def _take(texts: Texts, path: str) -> str | None:
    found = texts.get(path, ())
    if len(found) > 1:
        raise ValueError(f"it names <{path.rpartition('/')[2]}> more than once")
    return found[0] if found and found[0] else None


def _require(name: str, value: str | None, pattern: re.Pattern[str]) -> str:
    if value is None:
        raise ValueError(f"neither it nor its parent names <{name}>")
    if not pattern.fullmatch(value) or set(value) == {"."}:
        raise ValueError(f"its <{name}> is {value!r}, which is no plain value")
    return value
