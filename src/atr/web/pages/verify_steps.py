# SPDX-License-Identifier: Apache-2.0
"""How somebody verifies one file by hand, step by step, on the system they have."""

from collections.abc import Callable
from dataclasses import dataclass
from shlex import quote
from urllib.parse import urlencode

from atr.domain.coordinates import Coordinate
from atr.domain.lifecycle import Stage
from atr.domain.names import FilePath
from atr.services.release_views import ArtifactView
from atr.web.pages.release_frame import Visit


@dataclass(frozen=True, slots=True)
class SystemView:
    """The commands of one system; `chosen` is the one whose commands are seen first."""

    id: str
    label: str
    chosen: bool
    fetch: str
    compare: str
    seen: str
    verify: str


@dataclass(frozen=True, slots=True)
class VerifyView:
    """How one file is verified; without a signature only its bytes are compared."""

    file: str
    signed: bool
    systems: tuple[SystemView, ...]


def make_verify_view(visit: Visit, stage: Stage, view: ArtifactView) -> VerifyView:
    """Return the steps for a file that is offered under a stage."""
    agent = visit.request.headers.get("user-agent", "")
    chosen = "windows" if "Windows" in agent else "macos" if "Mac OS" in agent else "linux"
    writer = _Writer(visit, stage, view)
    systems = (writer.write_linux(), writer.write_macos(), writer.write_windows())
    return VerifyView(
        file=view.artifact.file,
        signed=view.artifact.signature is not None,
        systems=tuple(
            SystemView(name, label, name == chosen, *lines)
            for (name, label), lines in zip(_SYSTEMS, systems, strict=True)
        ),
    )


def locate_choice(visit: Visit, path: FilePath) -> str:
    """Return the address of the page with the steps for this file."""
    return f"{visit.paths.download}?{urlencode({'file': path})}#verify"


_SYSTEMS = (("linux", "Linux"), ("macos", "macOS"), ("windows", "Windows"))
_Lines = tuple[str, str, str, str]
_Mark = Callable[[str], str]


def _quote(text: str) -> str:
    """Return a word as PowerShell takes it: nothing means anything between single quotes."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _guard_name(path: FilePath) -> str:
    """Return the name of a file, so that no program takes it for an option."""
    return f"./{path.name}" if path.name.startswith("-") else path.name


class _Writer:
    """Writes the commands for one file: fetch, compare, what is seen then, verify."""

    def __init__(self, visit: Visit, stage: Stage, view: ArtifactView) -> None:
        self._view = view
        self._key, self._stage = visit.key, stage
        self._site = visit.parts.public_url.rstrip("/")
        self._keys = f"{self._site}{visit.paths.keys_file(stage)}"
        artifact = view.artifact
        checksums = artifact.checksums[:1]
        signature = () if artifact.signature is None else (artifact.signature,)
        self._paths = (artifact.file, *signature, *checksums)
        self._checksum = checksums[0] if checksums else None

    def write_linux(self) -> _Lines:
        """Return what is typed where GNU's tools are."""
        bits = self._bits
        return (
            self._write_fetch("curl"),
            self._write_compare(f"sha{bits}sum --check"),
            f"{self._name}: OK",
            self._write_verify(),
        )

    def write_macos(self) -> _Lines:
        """Return what is typed where Perl's shasum stands for GNU's tools."""
        compare = self._write_compare(f"shasum -a {self._bits} --check")
        return self._write_fetch("curl"), compare, f"{self._name}: OK", self._write_verify()

    def write_windows(self) -> _Lines:
        """Return what is typed in PowerShell, which compares only by hand."""
        content = self._view.content
        digest = content.sha256 if self._bits == "256" else content.sha512
        compare = (
            f"(Get-FileHash {_quote(self._name)} -Algorithm SHA{self._bits}).Hash -eq {_quote(digest.hex)}"
        )
        verify = self._write_check(_quote)
        keys = f"curl.exe -fL -o KEYS {_quote(self._keys)}\ngpg --import KEYS\n{verify}" if verify else ""
        return self._write_fetch("curl.exe", _quote), compare, "True", keys

    @property
    def _name(self) -> str:
        return _guard_name(self._view.artifact.file)

    @property
    def _bits(self) -> str:
        return "256" if self._checksum is not None and self._checksum.endswith("256") else "512"

    def _write_fetch(self, client: str, mark: _Mark = quote) -> str:
        places = (Coordinate.of(self._stage, self._key, each).url_path for each in self._paths)
        return "\n".join(f"{client} -fLO {mark(self._site + place)}" for place in places)

    def _write_compare(self, command: str) -> str:
        if self._checksum is not None:
            return f"{command} {quote(_guard_name(self._checksum))}"
        line = f"{self._view.content.sha512.hex}  {self._name}"
        return f"echo {quote(line)} | {command}"

    def _write_verify(self) -> str:
        verify = self._write_check(quote)
        return f"curl -fL {quote(self._keys)} | gpg --import\n{verify}" if verify else ""

    def _write_check(self, mark: _Mark) -> str:
        signature = self._view.artifact.signature
        return (
            f"gpg --verify {mark(_guard_name(signature))} {mark(self._name)}" if signature is not None else ""
        )
