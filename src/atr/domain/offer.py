# SPDX-License-Identifier: Apache-2.0
"""What each file of a release is for, in the words of somebody who comes to download."""

import re
from dataclasses import dataclass
from enum import StrEnum

from atr.domain.artifact_names import is_document
from atr.domain.check_policy import ArtifactKind
from atr.domain.names import FilePath


class OfferGroup(StrEnum):
    """For whom a file is; in the order in which people are offered them."""

    SOURCE = "source"
    READY = "ready"
    DOCUMENTATION = "documentation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a file is: for whom, and in a few words."""

    group: OfferGroup
    label: str


# The first ending that fits decides.
_BY_ENDING: tuple[tuple[str, Offer], ...] = tuple(
    (ending, Offer(group, label))
    for group, label, endings in (
        (OfferGroup.OTHER, "Sources for an IDE", ("-sources.jar",)),
        (OfferGroup.DOCUMENTATION, "Documentation of the classes", ("-javadoc.jar",)),
        (OfferGroup.READY, "Python package (wheel)", (".whl",)),
        (OfferGroup.READY, "Ruby package (gem)", (".gem",)),
        (OfferGroup.READY, "Rust package (crate)", (".crate",)),
        (OfferGroup.READY, ".NET package", (".nupkg", ".snupkg")),
        (OfferGroup.READY, "Java library", (".jar",)),
        (OfferGroup.READY, "Java application", (".war", ".ear")),
        (OfferGroup.READY, "Container image", (".oci.tar", ".docker.tar", "-image.tar")),
        (OfferGroup.READY, "Package for Debian and Ubuntu", (".deb",)),
        (OfferGroup.READY, "Package for Fedora, RHEL and SUSE", (".rpm",)),
        (OfferGroup.READY, "Installer for Windows", (".msi", ".exe")),
        (OfferGroup.READY, "Installer for macOS", (".dmg", ".pkg")),
        (OfferGroup.READY, "Program for Linux", (".appimage", ".flatpak", ".snap")),
        (OfferGroup.READY, "Extension for VS Code", (".vsix",)),
    )
    for ending in endings
)
_BY_KIND = {
    ArtifactKind.SOURCE: Offer(OfferGroup.SOURCE, "Source code"),
    ArtifactKind.BINARY: Offer(OfferGroup.READY, "Ready to run"),
    ArtifactKind.OTHER: Offer(OfferGroup.OTHER, "File"),
}
_SOURCE = re.compile(r"[-_.](src|sources?|source-release)([-_.]|$)")
_DOCUMENTATION = re.compile(r"[-_.](docs?|documentation|javadocs?|apidocs?|manual|site)([-_.]|$)")
_SYSTEMS = (
    (re.compile(r"[-_.](linux|manylinux\w*|musllinux\w*)([-_.]|$)"), "Linux"),
    (re.compile(r"[-_.](darwin|macos|mac|osx|apple)([-_.]|$)"), "macOS"),
    (re.compile(r"[-_.](windows|win32|win64|win)([-_.]|$)"), "Windows"),
)
_MACHINES = (
    (re.compile(r"[-_.](x86[-_]64|amd64|x64)([-_.]|$)"), "64-bit Intel and AMD"),
    (re.compile(r"[-_.](aarch64|arm64)([-_.]|$)"), "64-bit ARM"),
)


def describe_offer(path: FilePath, kind: ArtifactKind) -> Offer:
    """Return what a file is for, by its name and by what the project's checks take it for."""
    if is_document(path):
        return Offer(OfferGroup.OTHER, "To be read")
    return _read_name(path.name.lower()) or _BY_KIND[kind]


def _read_name(name: str) -> Offer | None:
    """Return what the name alone says, if it says it."""
    known = next((offer for ending, offer in _BY_ENDING if name.endswith(ending)), None)
    if known is not None:
        return known
    if _SOURCE.search(name):
        return _BY_KIND[ArtifactKind.SOURCE]
    if _DOCUMENTATION.search(name):
        return Offer(OfferGroup.DOCUMENTATION, "Documentation")
    system = next((label for pattern, label in _SYSTEMS if pattern.search(name)), "")
    machine = next((f", {label}" for pattern, label in _MACHINES if pattern.search(name)), "")
    return Offer(OfferGroup.READY, f"Program for {system}{machine}") if system else None
