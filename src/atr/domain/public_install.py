# SPDX-License-Identifier: Apache-2.0
"""What people type to have a release from a registry, where that is known without looking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from shlex import quote
from types import MappingProxyType
from urllib.parse import urlsplit

from atr.domain.platform import PlatformKey

_CENTRAL = frozenset(
    {"repository.apache.org", "oss.sonatype.org", "s01.oss.sonatype.org", "central.sonatype.com"}
)
_DOCKER = frozenset(
    {"hub.docker.com", "docker.io", "index.docker.io", "www.docker.com", "registry-1.docker.io"}
)


@dataclass(frozen=True, slots=True)
class PublicPackage:
    """A release as a package in a registry, at whose address ATR speaks to it."""

    platform: PlatformKey
    url: str
    namespace: str | None
    package: str
    version: str

    @property
    def host(self) -> str:
        """Return the host of the registry."""
        return urlsplit(self.url).hostname or ""


def write_install(package: PublicPackage) -> str:
    """Return the command; empty where people do not install by one, or it depends on the registry."""
    write = _WRITERS.get(package.platform)
    return write(package) if write is not None else ""


def _write_pip(package: PublicPackage) -> str:
    if package.host not in {"pypi.org", "upload.pypi.org"}:
        return ""
    return f"pip install {quote(f'{package.package}=={package.version}')}"


def _write_npm(package: PublicPackage) -> str:
    scope = f"@{package.namespace}/" if package.platform is PlatformKey.NPM_SCOPED else ""
    wanted = quote(f"{scope}{package.package}@{package.version}")
    elsewhere = "" if package.host == "registry.npmjs.org" else f" --registry={quote(package.url)}"
    return f"npm install {wanted}{elsewhere}"


def _write_docker(package: PublicPackage) -> str:
    address = urlsplit(package.url)
    host = "" if package.host in _DOCKER else f"{address.netloc.rpartition('@')[2]}/"
    owner = f"{package.namespace}/" if package.namespace and (host or package.namespace != "library") else ""
    return f"docker pull {quote(f'{host}{owner}{package.package}:{package.version}')}"


def _write_maven(package: PublicPackage) -> str:
    if package.host not in _CENTRAL or not package.namespace:
        return ""
    group = package.namespace.replace("/", ".")
    return f"mvn dependency:get -Dartifact={quote(f'{group}:{package.package}:{package.version}')}"


def _write_hex(package: PublicPackage) -> str:
    if package.host not in {"hex.pm", "repo.hex.pm"}:
        return ""
    return f"mix hex.package fetch {quote(package.package)} {quote(package.version)}"


def _write_github(package: PublicPackage) -> str:
    if package.host not in {"github.com", "api.github.com"}:
        return ""
    repository = f"{package.namespace}/{package.package}"
    return f"gh release download {quote(package.version)} --repo {quote(repository)}"


_WRITERS: Mapping[PlatformKey, Callable[[PublicPackage], str]] = MappingProxyType(
    {
        PlatformKey.PYPI: _write_pip,
        PlatformKey.NPM: _write_npm,
        PlatformKey.NPM_SCOPED: _write_npm,
        PlatformKey.DOCKER_HUB: _write_docker,
        PlatformKey.MAVEN_CENTRAL: _write_maven,
        PlatformKey.CENTRAL_PORTAL: _write_maven,
        PlatformKey.HEX: _write_hex,
        PlatformKey.GITHUB: _write_github,
    }
)
