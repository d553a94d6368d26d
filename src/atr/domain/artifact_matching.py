# SPDX-License-Identifier: Apache-2.0
"""Which files of a candidate go to a channel: those its platform takes, or those the line chooses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from atr.domain.artifact import FileEntry, list_public
from atr.domain.artifact_names import find_subject
from atr.domain.channel_use import ChannelUse
from atr.domain.destination import Destination
from atr.domain.names import FilePath
from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformKey
from atr.domain.python_names import find_sdists, find_wheels

Files = tuple[FileEntry, ...]
# Where signatures and checksums stand beside the files themselves, because the platform asks for them.
_WITH_COMPANIONS = frozenset({PlatformKey.GITHUB, PlatformKey.MAVEN_CENTRAL, PlatformKey.CENTRAL_PORTAL})
_SEVERAL_FILES = _WITH_COMPANIONS | {PlatformKey.PYPI}
_NOT_PACKAGES = re.compile(r"(?i).*(?:[-_.](?:src|source|sources|source-release|bin)\.[^/]*|\.oci\.tar)")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Match:
    """The files for a channel in order of their paths, or the sentence that says why there are none."""

    files: Files
    complaint: str = ""


def match_files(
    files: Iterable[FileEntry], platform: PlatformKey, use: ChannelUse, destination: Destination
) -> Match:
    """Return what of a candidate goes to the channel; what is not offered for download never does."""
    public = tuple(sorted(list_public(files), key=lambda entry: entry.path))
    found = _choose(public, use) if use.files else _recognise(public, platform, destination)
    if platform not in _WITH_COMPANIONS:
        found = tuple(entry for entry in found if find_subject(entry.path) is None)
    elif platform is not PlatformKey.GITHUB:
        found = _add_companions(found, public)
    if not found:
        return Match((), _explain_none(platform, use, destination))
    if _is_ambiguous(found, platform):
        return Match((), _explain_many(found, platform, use))
    return Match(found)


def _choose(public: Files, use: ChannelUse) -> Files:
    def fits(path: FilePath) -> bool:
        return any(fnmatchcase(path, glob) or fnmatchcase(path.name, glob) for glob in use.files)

    return tuple(entry for entry in public if fits(entry.path))


def _recognise(public: Files, platform: PlatformKey, destination: Destination) -> Files:
    takes = ABILITIES[platform].takes
    fitting = tuple(entry for entry in public if not takes or entry.path.lower().endswith(takes))
    match platform:
        case PlatformKey.GITHUB | PlatformKey.MAVEN_CENTRAL | PlatformKey.CENTRAL_PORTAL:
            return fitting
        case PlatformKey.PYPI:
            paths = [entry.path for entry in fitting]
            package, version = destination.package, destination.version
            own = {*find_wheels(paths, package, version), *find_sdists(paths, package, version)}
            return tuple(entry for entry in fitting if entry.path in own)
        case _:
            named = tuple(entry for entry in fitting if _is_named(entry.path, destination, takes))
            return named or tuple(entry for entry in fitting if not _looks_foreign(entry.path, platform))


def _is_named(path: FilePath, destination: Destination, takes: tuple[str, ...]) -> bool:
    """Tell whether the file has the name that the platform's own tools give a package."""
    package = destination.package.rpartition("/")[2]
    owned = f"{destination.owner_namespace}-{package}"
    names = {f"{each}-{destination.version}{ending}" for each in (package, owned) for ending in takes}
    return path.name in names


def _looks_foreign(path: FilePath, platform: PlatformKey) -> bool:
    """Tell whether a file of the right ending is something else, such as a source archive."""
    return platform is not PlatformKey.DOCKER_HUB and _NOT_PACKAGES.fullmatch(path.name) is not None


def _add_companions(found: Files, public: Files) -> Files:
    paths = {entry.path for entry in found}
    return tuple(entry for entry in public if paths.intersection(_list_subjects(entry.path)))


def _list_subjects(path: FilePath) -> Iterator[FilePath]:
    """Yield the file and what it is a signature or checksum of, such as `a.jar` for `a.jar.asc.md5`."""
    subject: FilePath | None = path
    while subject is not None:
        yield subject
        subject = find_subject(subject)


def _is_ambiguous(found: Files, platform: PlatformKey) -> bool:
    sdists = [entry for entry in found if not entry.path.endswith(".whl")]
    return (
        len(found) > 1 if platform not in _SEVERAL_FILES else platform is PlatformKey.PYPI and len(sdists) > 1
    )


def _explain_none(platform: PlatformKey, use: ChannelUse, destination: Destination) -> str:
    if use.files:
        return f"No file of the candidate goes to {use.channel}: none fits {', '.join(use.files)}."
    takes = " or ".join(ABILITIES[platform].takes) or "any file"
    wanted = (
        f"{DESCRIPTORS[platform].name} takes {takes}, here of {destination.package} {destination.version}"
    )
    return f"No file of the candidate goes to {use.channel}: {wanted}."


def _explain_many(found: Files, platform: PlatformKey, use: ChannelUse) -> str:
    names = ", ".join(entry.path for entry in found[:_MOST_NAMED])
    one = "one source distribution" if platform is PlatformKey.PYPI else "one file"
    return f"{use.channel} takes {one}, and several could be it: {names}. Say which in the line's settings."
