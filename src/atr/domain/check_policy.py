# SPDX-License-Identifier: Apache-2.0
"""What a project tells the checks: built-in defaults, overridden by foundation, project and product line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType

from atr.domain.errors import Invalid, Problem
from atr.domain.keep import KEEP, Keep
from atr.domain.names import ChannelKey, UserId
from atr.domain.policy import PolicyLevel

MOST_GLOBS = 500
MOST_CHANNELS = 50
LONGEST_GLOB = 300
LONGEST_LICENCE = 100_000
LONGEST_HEADER = 10_000
LONGEST_ATTRIBUTION = 1_000
_MOST_TOLD = 5
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,99}")
_CLASS = re.compile(r"\[!?\]?[^\]]*\]")
_GLOB_FIELDS = ("source_globs", "binary_globs", "excluded_globs", "generated_globs")


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
    required_channels: tuple[ChannelKey, ...] = ()
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


DEFAULT_CHECKS = CheckPolicy()


@dataclass(frozen=True, slots=True)
class CheckPolicyOverride:
    """What a project or product line sets itself; None inherits the field."""

    source_globs: tuple[str, ...] | None = None
    binary_globs: tuple[str, ...] | None = None
    excluded_globs: tuple[str, ...] | None = None
    notice_attribution: str | None = None
    licence: str | None = None
    licence_text: str | None = None
    header_text: str | None = None
    licence_checker: LicenceChecker | None = None
    required_channels: tuple[ChannelKey, ...] | None = None
    required_checks: tuple[str, ...] | None = None
    generated_globs: tuple[str, ...] | None = None


INHERIT_CHECKS = CheckPolicyOverride()


@dataclass(frozen=True, slots=True)
class CheckPolicyChange:
    """Which fields of an override to change: a value sets it, None inherits again, KEEP leaves it."""

    source_globs: tuple[str, ...] | Keep | None = KEEP
    binary_globs: tuple[str, ...] | Keep | None = KEEP
    excluded_globs: tuple[str, ...] | Keep | None = KEEP
    notice_attribution: str | Keep | None = KEEP
    licence: str | Keep | None = KEEP
    licence_text: str | Keep | None = KEEP
    header_text: str | Keep | None = KEEP
    licence_checker: LicenceChecker | Keep | None = KEEP
    required_channels: tuple[ChannelKey, ...] | Keep | None = KEEP
    required_checks: tuple[str, ...] | Keep | None = KEEP
    generated_globs: tuple[str, ...] | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class CheckPolicyVersion:
    """One saved override; numbers count up from 1 for each project and each product line."""

    number: int
    override: CheckPolicyOverride
    saved_at: datetime
    saved_by: UserId | None


@dataclass(frozen=True, slots=True)
class EffectiveChecks:
    """What the checks are told, who set each field, and the versions it was composed of (0: none)."""

    policy: CheckPolicy
    levels: Mapping[str, PolicyLevel]
    project_version: int
    product_version: int

    @property
    def version(self) -> str:
        """Return the version that an evaluation records, such as `3.0`: project's, then product line's."""
        return f"{self.project_version}.{self.product_version}"


def compose_checks(
    default: CheckPolicy, project: CheckPolicyVersion | None, product: CheckPolicyVersion | None
) -> EffectiveChecks:
    """Return the default with what the project and then the product line saved last laid over it."""
    effective = default
    levels = {each.name: PolicyLevel.FOUNDATION for each in fields(CheckPolicy)}
    for level, saved in ((PolicyLevel.PROJECT, project), (PolicyLevel.PRODUCT, product)):
        own = list_own_names(saved.override) if saved else ()
        effective = replace(effective, **{name: getattr(saved.override, name) for name in own if saved})
        levels |= dict.fromkeys(own, level)
    numbers = (project.number if project else 0, product.number if product else 0)
    return EffectiveChecks(effective, MappingProxyType(levels), *numbers)


def list_own_names(override: CheckPolicyOverride) -> tuple[str, ...]:
    """Return the names of the fields that are set."""
    return tuple(each.name for each in fields(override) if getattr(override, each.name) is not None)


def refuse_faulty_checks(policy: CheckPolicy) -> None:
    """Raise Invalid with every field of an effective policy with which no release could be examined."""
    problems = [
        Problem(name, fault) for name in _GLOB_FIELDS for fault in _list_glob_faults(getattr(policy, name))
    ]
    problems += (Problem(name, fault) for wrong, name, fault in _list_text_faults(policy) if wrong)
    unknown = [each for each in policy.required_checks if each not in OPTIONAL_CHECKS]
    if unknown:
        known = ", ".join(OPTIONAL_CHECKS)
        fault = f"There is no optional check {', '.join(unknown)}: choose from {known}."
        problems.append(Problem("required_checks", fault))
    if problems:
        raise Invalid(*problems)


def _list_glob_faults(globs: tuple[str, ...]) -> Iterator[str]:
    if len(globs) > MOST_GLOBS:
        yield f"Name at most {MOST_GLOBS} patterns."
    faulty = [each for each in globs if not _is_glob(each)]
    if faulty:
        yield (
            f"Not patterns of paths: {', '.join(map(repr, faulty[:_MOST_TOLD]))}. Write paths with /, "
            f"without a leading /, '..', white space at the ends or an open [, of 1 to"
            f" {LONGEST_GLOB} characters."
        )


def _is_glob(text: str) -> bool:
    return (
        1 <= len(text) <= LONGEST_GLOB
        and text.isprintable()
        and text == text.strip()
        and not text.startswith("/")
        and ".." not in text.split("/")
        and "[" not in _CLASS.sub("", text)
    )


def _list_text_faults(policy: CheckPolicy) -> Iterable[tuple[bool, str, str]]:
    return (
        (
            not policy.source_globs,
            "source_globs",
            "Name at least one pattern: a release without a source artifact cannot be voted on.",
        ),
        (
            not _LICENCE.fullmatch(policy.licence),
            "licence",
            "Give the SPDX identifier of one licence, such as Apache-2.0.",
        ),
        (
            policy.licence != DEFAULT_CHECKS.licence and not policy.licence_text.strip(),
            "licence_text",
            f"Give the text of {policy.licence}: only that of {DEFAULT_CHECKS.licence} is built in.",
        ),
        (
            len(policy.licence_text) > LONGEST_LICENCE,
            "licence_text",
            f"Keep the text within {LONGEST_LICENCE} characters.",
        ),
        (
            len(policy.header_text) > LONGEST_HEADER,
            "header_text",
            f"Keep the header within {LONGEST_HEADER} characters.",
        ),
        (
            len(policy.notice_attribution) > LONGEST_ATTRIBUTION
            or not policy.notice_attribution.replace("\n", "").isprintable(),
            "notice_attribution",
            f"Write the attribution as text of at most {LONGEST_ATTRIBUTION} characters.",
        ),
        (
            len(policy.required_channels) > MOST_CHANNELS,
            "required_channels",
            f"Require at most {MOST_CHANNELS} channels.",
        ),
    )
