# SPDX-License-Identifier: Apache-2.0
"""Under which names a release goes to a channel: what the line says, or the custom of the platform."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.channel_use import LONGEST_GLOB, MOST_FINAL_NAMES, MOST_GLOBS, MOST_USES, ChannelUse
from atr.domain.errors import Invalid, Problem
from atr.domain.names import MAIN, ChannelKey, ProductRef, ReleaseKey
from atr.domain.platform import DESCRIPTORS, PlatformKey

_LONGEST_WORD = 214
_WORD = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)*"
)
_SAMPLE = MappingProxyType({"{version}": "1.2.3", "{revision}": "4"})
# npm takes no tag that reads as a range of versions, such as v1.4, 2 or 1.x.
_PART = r"(?:[0-9]+|[xX])"
_DIST_TAG = re.compile(
    rf"(?!v*{_PART}(?:\.{_PART}(?:\.{_PART}[0-9A-Za-z.-]*)?)?$)[A-Za-z][A-Za-z0-9._-]{{0,127}}"
)
_IMAGE_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")  # OCI distribution specification, section 3
_GIT_TAG = re.compile(r"(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)))[A-Za-z0-9_][A-Za-z0-9._+/-]{0,198}(?<![./])")


@dataclass(frozen=True, slots=True)
class Naming:
    """How a platform names what testers and the public get; without `called` it has no such names.

    Versions that are not final move fewer names, so that nobody gets them unasked. `special` is a name for
    testers that stands for another way of staging.
    """

    called: str
    pattern: re.Pattern[str]
    staging: str
    final: tuple[str, ...]
    final_of_prerelease: tuple[str, ...]
    special: str = ""
    special_meaning: str = ""


_NPM = Naming(
    "dist-tag",
    _DIST_TAG,
    "staging",
    ("latest",),
    ("next",),
    "native",
    "npm's own staging, which a person approves",
)
_IMAGE = Naming("tag", _IMAGE_TAG, "{version}-rc{revision}", ("{version}", "latest"), ("{version}",))
_GITHUB = Naming(
    "tag",
    _GIT_TAG,
    "v{version}",
    ("v{version}",),
    ("v{version}",),
    "draft",
    "a draft, which only those who may write to the repository see",
)
_NONE = Naming("", _DIST_TAG, "", (), ())
NAMING: Mapping[PlatformKey, Naming] = MappingProxyType(
    {
        **dict.fromkeys(PlatformKey, _NONE),
        PlatformKey.NPM: _NPM,
        PlatformKey.NPM_SCOPED: _NPM,
        PlatformKey.DOCKER_HUB: _IMAGE,
        PlatformKey.GITHUB: _GITHUB,
    }
)
"""A GitHub release has one tag, the same before and after it is public."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The coordinates of a release on a channel."""

    owner_namespace: str | None
    package: str
    version: str
    staging_name: str
    final_names: tuple[str, ...]


def suggest_package(line: ProductRef) -> str:
    """Return what the package of a line is called unless the line says otherwise."""
    return line.project if line.product == MAIN else f"{line.project}-{line.product}"


def find_namespace(use: ChannelUse, platform: PlatformKey) -> str | None:
    """Return the owner namespace on the platform: what the line says, or the platform's default."""
    return use.owner_namespace or DESCRIPTORS[platform].default_owner_namespace


def find_destination(
    use: ChannelUse, platform: PlatformKey, release: ReleaseKey, revision: int, *, prerelease: bool
) -> Destination:
    """Return where a release goes; raise Invalid when the line leaves something out, or a name cannot be."""
    naming = NAMING[platform]
    version = release.version.removeprefix("v")
    values = {"{version}": _fit_version(version, platform), "{revision}": str(revision)}
    custom = naming.final_of_prerelease if prerelease else naming.final
    staging = _fill(use.staging_name or naming.staging, values)
    finals = tuple(_fill(name, values) for name in use.final_names or custom)
    problems = (*_explain_namespace(use, platform), *_explain_names(staging, finals, platform))
    if problems:
        raise Invalid(*(Problem(each.field, f"{use.channel}: {each.message}") for each in problems))
    package = use.package or suggest_package(release.line)
    return Destination(find_namespace(use, platform), package, version, staging, finals)


def check_uses(uses: Iterable[ChannelUse], platforms: Mapping[ChannelKey, PlatformKey]) -> None:
    """Raise Invalid with everything that cannot stand; `platforms` are those of the channels there are."""
    given = tuple(uses)
    keys = [use.channel for use in given]
    unknown = [key for key in keys if key not in platforms]
    findings = (
        (len(set(keys)) != len(keys), "Name each channel once."),
        (len(keys) > MOST_USES, f"Choose at most {MOST_USES} channels."),
        (bool(unknown), f"There is no channel {', '.join(unknown)}."),
    )
    problems = [Problem("channels", text) for wrong, text in findings if wrong]
    for use in given:
        if use.channel in platforms:
            found = _explain_use(use, platforms[use.channel])
            problems += (Problem(each.field, f"{use.channel}: {each.message}") for each in found)
    if problems:
        raise Invalid(*problems)


def _explain_use(use: ChannelUse, platform: PlatformKey) -> Iterator[Problem]:
    yield from _explain_namespace(use, platform)
    if use.package is not None and not _is_word(use.package):
        yield Problem("package", f"{use.package!r} cannot be the name of a package.")
    if len(use.files) > MOST_GLOBS or not all(1 <= len(glob) <= LONGEST_GLOB for glob in use.files):
        told = f"Choose files by at most {MOST_GLOBS} patterns of 1 to {LONGEST_GLOB} characters."
        yield Problem("files", told)
    if len(use.final_names) > MOST_FINAL_NAMES:
        yield Problem("final_names", f"Give at most {MOST_FINAL_NAMES} names.")
    naming = NAMING[platform]
    staging = _fill(use.staging_name or naming.staging, _SAMPLE)
    finals = tuple(_fill(name, _SAMPLE) for name in use.final_names or naming.final)
    if naming.called:
        yield from _explain_names(staging, finals, platform)
    elif use.staging_name or use.final_names:
        field = "staging_name" if use.staging_name else "final_names"
        yield Problem(field, f"{DESCRIPTORS[platform].name} has no tags: leave the names out.")


def _explain_namespace(use: ChannelUse, platform: PlatformKey) -> Iterator[Problem]:
    descriptor, namespace = DESCRIPTORS[platform], use.owner_namespace
    knows_owners = descriptor.requires_owner_namespace or descriptor.default_owner_namespace is not None
    if namespace is None:
        if descriptor.requires_owner_namespace and descriptor.default_owner_namespace is None:
            yield Problem(
                "owner_namespace", f"Name the owner: {descriptor.name} asks for {_OWNERS[platform]}."
            )
    elif not knows_owners:
        yield Problem("owner_namespace", f"{descriptor.name} has no owners of packages: leave it out.")
    elif not _is_word(namespace):
        yield Problem("owner_namespace", f"{namespace!r} cannot be {_OWNERS[platform]}.")


_OWNERS: Mapping[PlatformKey, str] = MappingProxyType(
    {
        **dict.fromkeys(PlatformKey, "an owner"),
        PlatformKey.ARTIFACT_HUB: "the repository's name there",
        PlatformKey.DOCKER_HUB: "a namespace of images",
        PlatformKey.GITHUB: "the owner of the repository",
        PlatformKey.MAVEN_CENTRAL: "the group id",
        PlatformKey.CENTRAL_PORTAL: "the group id",
        PlatformKey.NPM_SCOPED: "the scope, without the @",
    }
)


def _explain_names(staging: str, finals: tuple[str, ...], platform: PlatformKey) -> Iterator[Problem]:
    naming = NAMING[platform]
    given = (("staging_name", staging), *(("final_names", name) for name in finals))
    for field, name in given:
        if naming.called and not naming.pattern.fullmatch(name):
            yield Problem(field, f"{name!r} cannot be a {naming.called} on {DESCRIPTORS[platform].name}.")
    if staging in finals and platform is not PlatformKey.GITHUB:
        yield Problem(
            "staging_name", f"Testers need another {naming.called} than the public: not {staging!r}."
        )


def _fill(template: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        template = template.replace(placeholder, value)
    return template


def _fit_version(version: str, platform: PlatformKey) -> str:
    """Return the version as it stands in names; no image's tag holds a plus sign or a tilde."""
    return re.sub(r"[+~]", "_", version) if platform is PlatformKey.DOCKER_HUB else version


def _is_word(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and _WORD.fullmatch(text) is not None
