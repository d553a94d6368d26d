# SPDX-License-Identifier: Apache-2.0
"""The image of a consignment: a layout that ATR pushes, or a recorded reference to what is there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.formats.oci_layout import Image, read_image, stream_blob
from atr.formats.oci_manifest import BASE_ANNOTATION, NAME_ANNOTATION, VERSION_ANNOTATION, Descriptor
from atr.formats.oci_reference import LARGEST_REFERENCE, read_reference
from atr.platforms.oci.hosts import DOCKER_HUB
from atr.ports.platforms import Consignment, Parcel

DEFAULT_NAMESPACE = "library"
LAYOUT_SUFFIX, REFERENCE_SUFFIX = ".oci.tar", ".image.json"
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True)
class WantedImage:
    """The image by the digest that was voted on; `layout` is None when ATR pushes nothing."""

    parcel: Parcel
    root: Digest
    layout: Image | None

    def read_blob(self, blob: Descriptor) -> Iterator[bytes]:
        """Read one blob out of the layout."""
        return stream_blob(self.parcel.read(), blob.digest)


def name_repository(consignment: Consignment) -> str:
    """Return the repository, `library` being the owner that needs no name; raise Invalid."""
    name = f"{consignment.owner_namespace or DEFAULT_NAMESPACE}/{consignment.package}"
    if not _REPOSITORY.fullmatch(name):
        raise Invalid.field("package", f"{name!r} cannot be an image: write lower-case names.")
    return name


def find_image(consignment: Consignment, base_url: str) -> WantedImage:
    """Return the only image among the files; raise Invalid when it is not the consignment's."""
    _check_tags(consignment)
    if len(consignment.parcels) != 1:
        raise Invalid.field("files", f"Choose one image, not {len(consignment.parcels)} files.")
    parcel = consignment.parcels[0]
    if parcel.path.endswith(REFERENCE_SUFFIX):
        return _find_reference(parcel, consignment, base_url)
    if not parcel.path.endswith(LAYOUT_SUFFIX):
        raise Invalid.field("files", f"{parcel.path} is neither *{LAYOUT_SUFFIX} nor *{REFERENCE_SUFFIX}.")
    names = (consignment.version, *consignment.final_names, consignment.staging_name)
    image = _read_layout(parcel, names)
    _check_names(image, consignment)
    return WantedImage(parcel, image.root.digest, image)


def find_source(image: Image, base_url: str) -> str | None:
    """Return the repository of the same registry that the image says it was built upon."""
    for manifest in image.manifests:
        name = manifest.annotations.get(BASE_ANNOTATION, "")
        repository = name.partition("@")[0]
        if ":" in repository.rpartition("/")[2]:
            repository = repository.rpartition(":")[0]
        own = _find_own(repository, base_url)
        if own is not None and _REPOSITORY.fullmatch(own):
            return own
    return None


def is_fixed(tag: str, consignment: Consignment) -> bool:
    """Tell whether a tag means this one version for ever, rather than whatever is newest."""
    return re.sub(r"[+~]", "_", consignment.version) in tag


@lru_cache(maxsize=4)
def _read_layout(parcel: Parcel, names: tuple[str, ...]) -> Image:
    """Read and hash a layout once: its bytes are named by their digest, so they stay what they are."""
    return read_image(parcel.read(), names, parcel.content.sha256)


def _check_tags(consignment: Consignment) -> None:
    for tag in (consignment.staging_name, *consignment.final_names):
        if not _TAG.fullmatch(tag):
            raise Invalid.field("tag", f"{tag!r} cannot be the tag of an image.")


def _check_names(image: Image, consignment: Consignment) -> None:
    for annotations in (image.root.annotations, *(each.annotations for each in image.manifests)):
        _check_version(annotations, consignment)
    name = image.root.annotations.get(NAME_ANNOTATION, "")
    repository, _, last = name.rpartition("/")
    if repository and last.partition(":")[0] != consignment.package.rpartition("/")[2]:
        raise Invalid.field("image", f"The image calls itself {name}, not {consignment.package}.")


def _check_version(annotations: Mapping[str, str], consignment: Consignment) -> None:
    stated = annotations.get(VERSION_ANNOTATION, consignment.version)
    if stated.removeprefix("v") != consignment.version.removeprefix("v"):
        raise Invalid.field("image", f"The image says that it is {stated}, not {consignment.version}.")


def _find_reference(parcel: Parcel, consignment: Consignment, base_url: str) -> WantedImage:
    if parcel.content.size > LARGEST_REFERENCE:
        raise Invalid.field("image", f"{parcel.path} is too large for a reference to an image.")
    reference = read_reference(b"".join(parcel.read()))
    wanted = name_repository(consignment)
    named = reference.repository
    own = _strip_host(named if "/" in named else f"{DEFAULT_NAMESPACE}/{named}", base_url)
    if own != wanted:
        raise Invalid.field("image", f"{parcel.path} records an image of {named}, not of {wanted}.")
    return WantedImage(parcel, reference.digest, None)


def _find_own(repository: str, base_url: str) -> str | None:
    """Return the repository if it is in this registry; without a host it is Docker Hub's."""
    is_hub = urlsplit(base_url).netloc.lower() == DOCKER_HUB
    own = _strip_host(repository, base_url)
    if own == repository and not is_hub:
        return None
    return f"{DEFAULT_NAMESPACE}/{own}" if own and "/" not in own else own


def _strip_host(repository: str, base_url: str) -> str | None:
    """Return the repository without the registry's own host, None when it is in another registry."""
    host = urlsplit(base_url).netloc.lower()
    first, _, rest = repository.partition("/")
    if not ({".", ":"} & set(first) or first == "localhost"):
        return repository
    own = {host, "docker.io", "index.docker.io"} if host == DOCKER_HUB else {host}
    return rest if first in own else None
