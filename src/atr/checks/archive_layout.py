# SPDX-License-Identifier: Apache-2.0
"""How an archive is laid out: its root folder, and what package formats ask for."""

from collections.abc import Iterable, Iterator

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.checks.known_names import normalise_name, strip_kind
from atr.checks.packages import FORMATS, LARGEST_MANIFEST, read_package
from atr.domain.check import Finding, Rule, Severity
from atr.formats.archive import find_suffix, strip_suffix
from atr.formats.member import Member, MemberKind

_LAYOUT = "ATR: an archive unpacks into one folder that says what it is"
_PACKAGE = "ATR: a package says inside what its name says outside"

ROOT_MISSING = Rule(
    "archive.root-folder",
    Severity.CONCERN,
    "An archive does not unpack into one folder",
    _LAYOUT,
    "Put everything into one folder named after the archive.",
)
ROOT_NAME = Rule(
    "archive.root-name",
    Severity.CONCERN,
    "An archive's root folder is not named after it",
    _LAYOUT,
    "Name the folder like the archive, with or without -src, -source, -source-release or -bin.",
)
EMPTY = Rule(
    "archive.empty",
    Severity.BLOCKER,
    "An archive holds no files",
    _LAYOUT,
    "Upload the archive that was meant.",
)
PACKAGE = Rule(
    "archive.package",
    Severity.CONCERN,
    "A package's own description does not fit its name",
    _PACKAGE,
    "Rebuild the package with its own tool, and do not rename it.",
    version=2,
)
_MOST_ROOTS = 20
_ROOTLESS = (
    ".jar",
    ".war",
    ".ear",
    ".aar",
    ".kar",
    ".nar",
    ".whl",
    ".nupkg",
    ".snupkg",
    ".vsix",
    ".nbm",
    ".gem",
)
# Packages that are plain tar files: an OCI image layout, and a package of Hex.
_ROOTLESS_NAMES = (
    frozenset({"oci-layout", "index.json", "blobs"}),
    frozenset({"VERSION", "CHECKSUM", "metadata.config", "contents.tar.gz"}),
)


class _Layout:
    """Follows a pass and gathers the first segments of all paths, and the manifest of a package."""

    def __init__(self, view: ArchiveView) -> None:
        self._view = view
        self._suffix = find_suffix(view.name) or ""
        self._format = FORMATS.get(self._suffix)
        self._roots: set[str] = set()
        self._files = 0
        self._root_files = False
        self._manifest: bytearray | None = None
        self._place = ""
        self._metadata: set[str] = set()

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        del head
        if member.containers:
            return None
        path = member.path.removeprefix("./")
        root, slash, rest = path.partition("/")
        is_file = member.kind is not MemberKind.DIRECTORY
        self._files += is_file
        if root not in {"", "."} and len(self._roots) < _MOST_ROOTS:
            self._roots.add(root)
        self._root_files |= is_file and not slash
        if self._suffix == ".whl" and root.endswith(".dist-info"):
            self._metadata.add(rest)
        if is_file and self._format is not None and self._format.is_manifest(path):
            self._place, self._manifest = path, bytearray()
            return self._take
        return None

    def _take(self, chunk: bytes) -> None:
        if self._manifest is not None and len(self._manifest) <= LARGEST_MANIFEST:
            self._manifest += chunk

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        if not outcome.complete:
            return
        if not self._files:
            yield make_finding(EMPTY, self._view.entry.path, "It holds no files.")
            return
        if self._suffix == ".whl":
            yield from self._examine_wheel()
        if not self._is_rootless():
            yield from self._examine_root()
        yield from self._examine_package()

    def _is_rootless(self) -> bool:
        is_npm = self._suffix == ".tgz" and self._manifest is not None
        return self._suffix in _ROOTLESS or is_npm or any(names <= self._roots for names in _ROOTLESS_NAMES)

    def _examine_root(self) -> Iterator[Finding]:
        path = self._view.entry.path
        if self._root_files or len(self._roots) != 1:
            names = tuple(sorted(self._roots))[:5]
            message = f"It unpacks into several names ({', '.join(names)}), not into one folder."
            yield make_finding(ROOT_MISSING, path, message, data={"roots": names})
            return
        root = next(iter(self._roots))
        if strip_kind(root) != strip_kind(strip_suffix(self._view.name)):
            message = f"Its root folder is {root}, which is not named after the archive."
            yield make_finding(ROOT_NAME, path, message, member=root, data={"root": root})

    def _examine_wheel(self) -> Iterator[Finding]:
        path = self._view.entry.path
        missing = sorted({"WHEEL", "RECORD"} - self._metadata)
        if missing:
            message = f"It has no {', '.join(missing)} in its .dist-info folder."
            yield make_finding(PACKAGE, path, message)
        folders = [root for root in self._roots if root.endswith(".dist-info")]
        name = normalise_name("-".join(self._view.name.split("-")[:2]))
        if len(folders) == 1 and normalise_name(folders[0].removesuffix(".dist-info")) != name:
            message = f"Its metadata is in {folders[0]}, of another name or version."
            yield make_finding(PACKAGE, path, message)

    def _examine_package(self) -> Iterator[Finding]:
        path, form = self._view.entry.path, self._format
        if form is None or (self._manifest is None and not form.required):
            return
        if self._manifest is None:
            yield make_finding(PACKAGE, path, f"It has no {form.manifest}, which names the package.")
            return
        described = read_package(form, bytes(self._manifest), self._view.name)
        if described is None:
            message = f"Its {form.manifest} has no name and version."
            yield make_finding(PACKAGE, path, message, member=self._place)
        elif not described.fits(self._view.name):
            message = (
                f"Its {form.manifest} is of {described.name} {described.version}, "
                f"whose file would be {described.file_stems[0]}{self._suffix}."
            )
            data = {"name": described.name, "version": described.version}
            yield make_finding(PACKAGE, path, message, member=self._place, data=data)


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: the file name, which the folder and the package must fit."""
    return (view.name,)


ARCHIVE_LAYOUT = ArchiveCheck("archive layout", (ROOT_MISSING, ROOT_NAME, EMPTY, PACKAGE), inputs, _Layout)
