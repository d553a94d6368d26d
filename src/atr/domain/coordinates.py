# SPDX-License-Identifier: Apache-2.0
"""Public coordinates: where people find a release, a file of it, or the KEYS of a project.

The tree of published files is laid out by these very paths (product.md, section 6). No two coordinates
share a path: a product key never reads as a version or as `latest`, `main` is always left out, and
`KEYS`, in capitals, reads as neither.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Self
from urllib.parse import quote

from atr.domain.errors import Invalid
from atr.domain.lifecycle import Stage
from atr.domain.names import MAIN, FilePath, ProductKey, ProjectKey, ReleaseKey, Version

METADATA_FILE = FilePath("release.json")
"""The name each release folder keeps for its metadata; no file of a release may take it."""
KEYS_NAME = "KEYS"


class Latest(Enum):
    """Stands where a version would, for the newest current release of the product line."""

    LATEST = "latest"


LATEST = Latest.LATEST


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A release, or one of its files: `/STAGE/PROJECT[/PRODUCT]/(VERSION|latest)[/FILE]`."""

    stage: Stage
    project: ProjectKey
    product: ProductKey
    version: Version | Latest
    file: FilePath | None = None

    @classmethod
    def of(cls, stage: Stage, release: ReleaseKey, file: FilePath | None = None) -> Self:
        """Return the coordinate of a release, or of one of its files."""
        return cls(stage, release.project, release.product, release.version, file)

    @property
    def path(self) -> str:
        """Return the public path, not percent-encoded."""
        product = () if self.product == MAIN else (self.product,)
        version = LATEST.value if isinstance(self.version, Latest) else self.version
        file = () if self.file is None else (self.file,)
        return "/".join(("", self.stage, self.project, *product, version, *file))

    @property
    def url_path(self) -> str:
        """Return the public path percent-encoded for a URL (RFC 3986, section 2.1)."""
        return quote(self.path)

    @property
    def release(self) -> ReleaseKey | None:
        """Return the release; None while `latest` has not been looked up."""
        if isinstance(self.version, Latest):
            return None
        return ReleaseKey(self.project, self.product, self.version)


@dataclass(frozen=True, slots=True)
class KeysCoordinate:
    """The signing keys of a project: `/STAGE/PROJECT/KEYS`."""

    stage: Stage
    project: ProjectKey

    @property
    def path(self) -> str:
        """Return the public path."""
        return f"/{self.stage}/{self.project}/{KEYS_NAME}"


def parse_coordinate(path: str) -> Coordinate | KeysCoordinate:
    """Read a public path, percent-decoded; raise Invalid when nothing can stand there."""
    match path.split("/"):
        case ["", stage, project, keys] if keys == KEYS_NAME:
            return KeysCoordinate(_parse_stage(stage), ProjectKey(project))
        case ["", stage, project, version, *file] if _reads_as_version(version):
            return _build(stage, project, ProductKey(MAIN), version, file)
        case ["", stage, project, product, version, *file] if product != MAIN:
            return _build(stage, project, ProductKey(product), version, file)
    raise Invalid.field(
        "path", f"{path!r} is not a public path: write /STAGE/PROJECT[/PRODUCT]/VERSION[/FILE]."
    )


def _build(stage: str, project: str, product: ProductKey, version: str, file: list[str]) -> Coordinate:
    return Coordinate(
        _parse_stage(stage),
        ProjectKey(project),
        product,
        LATEST if version == LATEST.value else Version(version),
        FilePath("/".join(file)) if file else None,
    )


def _reads_as_version(text: str) -> bool:
    return text == LATEST.value or Version.pattern.fullmatch(text) is not None


def _parse_stage(text: str) -> Stage:
    try:
        return Stage(text)
    except ValueError:
        stages = ", ".join(Stage)
        raise Invalid.field("stage", f"{text!r} is not a stage: use one of {stages}.") from None
