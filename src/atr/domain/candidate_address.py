# SPDX-License-Identifier: Apache-2.0
"""Where clients of package registries find a candidate.

Everything stands below `/candidates/PROJECT/PRODUCT/VERSION`, images below `/v2/candidates/...`, because
clients of registries of images ask at the root of a host only. No stage is called `candidates`, so these
addresses and the public coordinates never meet.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from atr.domain.artifact import FileEntry
from atr.domain.errors import Invalid
from atr.domain.names import ProductKey, ProjectKey, ReleaseKey, Version

ROOT = "candidates"
# A component of a repository's name (OCI distribution specification, "Pulling manifests").
_COMPONENT = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*")
_SPELLED = "x"  # no version begins with it


@dataclass(frozen=True, slots=True)
class CandidateAddress:
    """The addresses of one candidate, as paths of this site."""

    release: ReleaseKey

    @property
    def root(self) -> str:
        """Return what they begin with."""
        return f"/{ROOT}/{quote(self.release.storage_key)}"

    @property
    def simple(self) -> str:
        """Return the index for pip."""
        return f"{self.root}/simple/"

    @property
    def npm(self) -> str:
        """Return the registry for npm."""
        return f"{self.root}/npm/"

    @property
    def maven(self) -> str:
        """Return the repository for Maven."""
        return f"{self.root}/maven/"

    def file(self, entry: FileEntry) -> str:
        """Return where a file is sent; its digest in it makes these bytes the only ones there ever."""
        return f"{self.root}/files/{entry.content.sha256.hex}/{quote(entry.path.name)}"

    def image(self, name: str) -> str:
        """Return the name of an image without the host."""
        key = self.release
        return f"{ROOT}/{key.project}/{key.product}/{write_component(key.version)}/{name}"


def write_component(version: Version) -> str:
    """Return the version as a component of an image's name, spelled in hexadecimal where it is none."""
    return version if _COMPONENT.fullmatch(version) else f"{_SPELLED}{version.encode().hex()}"


def parse_image(name: str) -> tuple[ReleaseKey, str]:
    """Read the name of an image; raise Invalid when it is not below a candidate."""
    match name.split("/"):
        case [root, project, product, version, image] if root == ROOT:
            key = ReleaseKey(ProjectKey(project), ProductKey(product), _read_component(version))
            return key, image
    raise Invalid.field("name", f"{name!r} is no image of a candidate.")


def _read_component(text: str) -> Version:
    if not text.startswith(_SPELLED):
        return Version(text)
    try:
        return Version(bytes.fromhex(text.removeprefix(_SPELLED)).decode())
    except ValueError:
        raise Invalid.field("version", f"{text!r} is no version.") from None
