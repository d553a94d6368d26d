# SPDX-License-Identifier: Apache-2.0
"""The commands by which testers install a candidate, to be copied as they are."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from shlex import quote
from types import MappingProxyType
from urllib.parse import urlsplit

from atr.domain.candidate_address import CandidateAddress
from atr.domain.errors import NotFound, Unavailable
from atr.domain.names import ReleaseKey
from atr.domain.package import Ecosystem, PackageFile, list_packages
from atr.formats.image_places import parse_places, write_tag
from atr.services.candidate_indexes import CandidateIndex, ShowCandidateIndex
from atr.services.door import Query, Work

MOST_COMMANDS = 4  # of each client
_PUBLIC_PYTHON = "https://pypi.org/simple/"
_NEEDS = ("dependencies", "optionalDependencies", "peerDependencies")


@dataclass(frozen=True, slots=True)
class InstallCommand:
    """What to type, and for which client."""

    client: str
    text: str


@dataclass(frozen=True, slots=True)
class ListInstallCommands(Query[tuple[InstallCommand, ...]]):
    """How a candidate is installed for a test; nothing when it cannot be, or holds no packages."""

    release: ReleaseKey

    def answer(self, work: Work) -> tuple[InstallCommand, ...]:
        """Return the commands, those of the same client together."""
        return list_commands(work, self.release)


def list_commands(work: Work, release: ReleaseKey) -> tuple[InstallCommand, ...]:
    """Return what `ListInstallCommands` does, as it is in this transaction."""
    try:
        index = ShowCandidateIndex(release).answer(work)
    except (NotFound, Unavailable):
        return ()
    return tuple(_Writer(index, work.around.foundation.public_url.rstrip("/")).write())


def write_invitation(work: Work, release: ReleaseKey) -> str:
    """Return the commands as a mail tells them, under a heading; empty when there are none."""
    commands = list_commands(work, release)
    lines = [f"  {each.text}" for each in commands]
    return "\n".join(["To install it for a test:", "", *lines]) if lines else ""


class _Writer:
    """Writes the commands for what one index offers."""

    def __init__(self, index: CandidateIndex, public_url: str) -> None:
        self._index = index
        self._public_url = public_url
        self._address = CandidateAddress(index.release.key)

    def write(self) -> Iterator[InstallCommand]:
        for ecosystem, (client, write) in _CLIENTS.items():
            newest = (files[-1] for files in list_packages(self._index.packages, ecosystem).values())
            for file, _ in zip(newest, range(MOST_COMMANDS), strict=False):
                yield InstallCommand(client, write(self, file))

    def write_pip(self, file: PackageFile) -> str:
        """Return a command that takes what the package needs from where everybody does."""
        index = f"{self._public_url}{self._address.simple}"
        wanted = quote(f"{file.facts.name}=={file.facts.version}")
        return f"pip install --index-url {quote(index)} --extra-index-url {_PUBLIC_PYTHON} {wanted}"

    def write_npm(self, file: PackageFile) -> str:
        """Return a command for the registry; by the tarball's address where other packages are needed."""
        wanted = quote(f"{file.facts.name}@{file.facts.version}")
        registry = quote(f"{self._public_url}{self._address.npm}")
        if file.facts.name.startswith("@"):
            scope = file.facts.name.partition("/")[0]
            return f"npm install {wanted} --{scope}:registry={registry}"
        manifest = json.loads(file.facts.details)["manifest"]
        if any(manifest.get(need) for need in _NEEDS):
            return f"npm install {quote(self._public_url + self._address.file(file.entry))}"
        return f"npm install {wanted} --registry={registry}"

    def write_docker(self, file: PackageFile) -> str:
        """Return a command with the version of the release as tag, or whichever there is."""
        places = parse_places(file.facts.details)
        tag = write_tag(self._index.release.key.version) if places.unnamed else next(iter(places.tags), "")
        host = urlsplit(self._public_url).netloc
        return f"docker pull {host}/{self._address.image(file.facts.name)}:{tag}"

    def write_maven(self, file: PackageFile) -> str:
        """Return a command that fetches an artifact into the local repository."""
        repository = quote(f"{self._public_url}{self._address.maven}")
        wanted = quote(f"{file.facts.name}:{file.facts.version}")
        return f"mvn dependency:get -DremoteRepositories={repository} -Dartifact={wanted}"


_CLIENTS: Mapping[Ecosystem, tuple[str, Callable[[_Writer, PackageFile], str]]] = MappingProxyType(
    {
        Ecosystem.PYTHON: ("pip", _Writer.write_pip),
        Ecosystem.NPM: ("npm", _Writer.write_npm),
        Ecosystem.OCI: ("Docker", _Writer.write_docker),
        Ecosystem.MAVEN: ("Maven", _Writer.write_maven),
    }
)
