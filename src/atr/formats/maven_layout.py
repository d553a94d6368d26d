# SPDX-License-Identifier: Apache-2.0
"""Where files go in a Maven repository: `my/group/artifact/version/artifact-version[-classifier].ending`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from atr.domain.artifact import SIGNATURE_SUFFIX
from atr.domain.errors import Invalid, Problem
from atr.domain.names import FilePath
from atr.formats.pom import Pom

CHECKSUM_ENDINGS = (".md5", ".sha1", ".sha256", ".sha512")
_POM = ".pom"
_FIELD = "files"
_TAIL = re.compile(r"(-[A-Za-z0-9_.+-]+)?(\.[A-Za-z][A-Za-z0-9_]*)+")  # .1.jar is of another version


@dataclass(frozen=True, slots=True)
class LaidFile:
    """A file with its signature, if there is one, and where the file goes; the signature goes beside it."""

    path: FilePath
    signature: FilePath | None
    target: str


@dataclass(frozen=True, slots=True)
class Coordinates:
    """What the channel calls a release: the group, or one above it; the main artifact; the version."""

    group_id: str
    artifact_id: str
    version: str

    @property
    def folder(self) -> str:
        """Return the folder of the main artifact."""
        return f"{name_folder(self.group_id, self.artifact_id)}/{self.version}"


def name_folder(group_id: str, artifact_id: str) -> str:
    """Return the folder of an artifact's versions."""
    return f"{group_id.replace('.', '/')}/{artifact_id}"


def lay_out(
    paths: Iterable[FilePath], poms: Mapping[FilePath, Pom], coordinates: Coordinates
) -> tuple[LaidFile, ...]:
    """Return where each file goes, project files first; checksum files are left out, as they are made anew.

    Raise Invalid with everything that does not fit together.
    """
    wanted = sorted(path for path in paths if not path.endswith(CHECKSUM_ENDINGS))
    layout = _Layout(wanted, poms, coordinates)
    laid = [file for path in wanted if (file := layout.place(path)) is not None]
    problems = [*layout.list_problems(), *_find_doubles(laid)]
    if problems:
        raise Invalid(*(Problem(_FIELD, message) for message in problems))
    return tuple(sorted(laid, key=lambda file: (not file.target.endswith(_POM), file.target)))


class _Layout:
    def __init__(self, paths: list[FilePath], poms: Mapping[FilePath, Pom], coordinates: Coordinates) -> None:
        self._present = frozenset(paths)
        self._poms = poms
        self._coordinates = coordinates
        self._version = coordinates.version
        self._modules = sorted({(pom.artifact_id, pom.group_id) for pom in poms.values()}, key=_rank)
        self._problems: list[str] = []

    def place(self, path: FilePath) -> LaidFile | None:
        """Return where a file goes, None for a signature, which goes along, and for what fits nowhere."""
        if path.endswith(SIGNATURE_SUFFIX):
            if path.removesuffix(SIGNATURE_SUFFIX) not in self._present:
                self._problems.append(f"{path} is the signature of a file that does not go along.")
            return None
        folder = self._find_folder(path)
        if folder is None:
            return None
        signature = FilePath(path + SIGNATURE_SUFFIX)
        kept = signature if signature in self._present else None
        return LaidFile(path, kept, f"{folder}/{self._version}/{path.name}")

    def list_problems(self) -> Iterator[str]:
        """Yield everything wrong with the files and with what their project files say."""
        version, group = self._version, self._coordinates.group_id
        yield from self._problems
        for path, pom in sorted(self._poms.items()):
            if pom.version != version:
                yield f"{path} is version {pom.version}, but the release goes there as {version}."
            if not f"{pom.group_id}.".startswith(f"{group}."):
                yield f"{path} is of the group {pom.group_id}, but the channel publishes {group}."
            if path.name != f"{pom.artifact_id}-{pom.version}{_POM}":
                yield f"{path} describes {pom.artifact_id} {pom.version}, so it has the wrong name."
        if (self._coordinates.artifact_id, group) not in self._modules:
            yield f"No .pom file among the files is that of {group}:{self._coordinates.artifact_id}."

    def _find_folder(self, path: FilePath) -> str | None:
        pom = self._poms.get(path)
        if pom is not None:
            return name_folder(pom.group_id, pom.artifact_id)
        fitting = [
            name_folder(group, artifact)
            for artifact, group in self._modules
            if path.name.startswith(begin := f"{artifact}-{self._version}")
            and _TAIL.fullmatch(path.name[len(begin) :])
        ]
        if not fitting:
            self._problems.append(f"{path} belongs to no .pom file: no artifact of theirs begins its name.")
            return None
        parent = f"/{path.removesuffix(path.name)}"
        exact = (folder for folder in fitting if parent.endswith(f"/{folder}/{self._version}/"))
        return next(exact, fitting[0])


def _rank(module: tuple[str, str]) -> tuple[int, str]:
    """Order the longest artifact ids first: a-b-1.0.jar is of a-b before it can be of a."""
    return -len(module[0]), module[1]


def _find_doubles(laid: Iterable[LaidFile]) -> Iterator[str]:
    seen: dict[str, FilePath] = {}
    for file in laid:
        first = seen.setdefault(file.target, file.path)
        if first != file.path:
            yield f"{first} and {file.path} would both become {file.target}."
