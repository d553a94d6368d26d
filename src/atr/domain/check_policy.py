# SPDX-License-Identifier: Apache-2.0
"""What a project tells the checks: built-in defaults, overridden by foundation, project and product line."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType


class ArtifactKind(StrEnum):
    """What an artifact is for: only what holds for its kind is asked of it."""

    SOURCE = "source"
    BINARY = "binary"
    OTHER = "other"


class LicenceChecker(StrEnum):
    """Who examines licence headers."""

    BUILT_IN = "built-in"
    RAT = "rat"
    BOTH = "both"


# Checks that run only where something more is given; a project may insist that they have run.
OPTIONAL_CHECKS = MappingProxyType(
    {
        "apache rat": "Apache RAT and Java are set up on the server",
        "version control": "the release names its repository and commit",
        "rebuild": "a rebuilder has uploaded the result of a build recipe",
    }
)


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """What a project tells the checks: where sources and binaries are, and what is expected.

    A file that fits both lists of globs is a binary. `excluded_globs` are members that need no header and may
    be binary; `generated_globs` are members of a source archive that need not be in version control.
    `licence_text` replaces the built-in text of `licence`; an empty `notice_attribution` asks for any "This
    product includes software developed" line, an empty `header_text` for the header that the ASF prescribes.
    """

    source_globs: tuple[str, ...] = (
        "*-src.*",
        "*-source.*",
        "*-source-release.*",
        "*.tar.gz",
        "*.tar.bz2",
        "*.tar.xz",
        "*.tar.zst",
        "*.tgz",
        "*.zip",
        "*.crate",
    )
    binary_globs: tuple[str, ...] = (
        "*-bin.*",
        "*-bin-*",
        "*_bin.*",
        "*.jar",
        "*.war",
        "*.ear",
        "*.whl",
        "*.nupkg",
        "*.gem",
    )
    excluded_globs: tuple[str, ...] = ()
    notice_attribution: str = ""
    licence: str = "Apache-2.0"
    licence_text: str = ""
    header_text: str = ""
    licence_checker: LicenceChecker = LicenceChecker.BUILT_IN
    required_channels: tuple[str, ...] = ()
    required_checks: tuple[str, ...] = ()
    generated_globs: tuple[str, ...] = (
        "PKG-INFO",
        "*/PKG-INFO",
        "*.egg-info/*",
        "setup.cfg",
        "*/setup.cfg",
        ".cargo_vcs_info.json",
        "*/.cargo_vcs_info.json",
        "Cargo.toml.orig",
        "*/Cargo.toml.orig",
    )

    def classify(self, name: str) -> ArtifactKind:
        """Return what the file with this name or path is for."""
        base = name.rpartition("/")[2]
        for kind, globs in (
            (ArtifactKind.BINARY, self.binary_globs),
            (ArtifactKind.SOURCE, self.source_globs),
        ):
            if any(fnmatchcase(base, glob) or fnmatchcase(name, glob) for glob in globs):
                return kind
        return ArtifactKind.OTHER
