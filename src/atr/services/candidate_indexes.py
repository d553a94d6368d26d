# SPDX-License-Identifier: Apache-2.0
"""A sealed candidate as clients of package registries see it, until it is released or dropped."""

from dataclasses import dataclass
from urllib.parse import quote

from atr.domain.artifact import FileEntry, list_public
from atr.domain.errors import Gone, NotFound, Unavailable
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.package import DROPPED_PHASES, INSTALLABLE_PHASES, Ecosystem, PackageFile, list_packages
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.formats.image_places import ImagePlaces, Span, parse_places, write_tag
from atr.formats.maven_repository import MavenTree, build_tree
from atr.formats.package import make_package_key
from atr.ports.blobs import BlobReader
from atr.services.door import Query, Work
from atr.services.releases import find_release
from atr.services.revisions import find_revision

_METADATA_SUFFIX = ".metadata"
_DIGEST = "sha256:"


@dataclass(frozen=True, slots=True)
class CandidateIndex:
    """The packages of a sealed revision; `notice` says in a sentence that this is no release."""

    release: Release
    revision: Revision
    packages: tuple[PackageFile, ...]
    notice: str

    @property
    def files(self) -> tuple[FileEntry, ...]:
        """Return the files that may be fetched."""
        return list_public(self.revision.files)

    def find_package(self, ecosystem: Ecosystem, name: str) -> tuple[PackageFile, ...]:
        """Return the files of a package; raise NotFound."""
        found = list_packages(self.packages, ecosystem).get(name)
        if found is None:
            raise NotFound("package", f"{name} in the candidate {self.release.key}")
        return found


@dataclass(frozen=True, slots=True)
class IndexedBytes:
    """Bytes to send under a name: a whole file, or what stands inside one at an offset."""

    entry: FileEntry
    reader: BlobReader
    span: Span
    media_type: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ShowCandidateIndex(Query[CandidateIndex]):
    """Everything that can be installed from a candidate."""

    release: ReleaseKey

    def answer(self, work: Work) -> CandidateIndex:
        """Return it; raise NotFound before it is sealed, Gone afterwards, Unavailable until it was read."""
        release = find_release(work, self.release)
        _refuse_uninstallable(work, release)
        revision = find_revision(work, release.key, release.shown_revision)
        return CandidateIndex(release, revision, _find_packages(work, revision), _say_notice(work, revision))


def _refuse_uninstallable(work: Work, release: Release) -> None:
    if release.phase in INSTALLABLE_PHASES:
        return
    if release.phase is Phase.COMPOSE:
        raise NotFound("sealed candidate", release.key)
    if release.phase in DROPPED_PHASES:
        raise Gone(f"The candidate {release.key} was dropped: do not install it.")
    raise Gone(f"{release.key} is no candidate any more. Where it is now: {_locate_page(work, release.key)}")


def _locate_page(work: Work, key: ReleaseKey) -> str:
    return f"{work.around.foundation.public_url.rstrip('/')}/releases/{quote(key.storage_key)}"


def _say_notice(work: Work, revision: Revision) -> str:
    key = revision.release
    return (
        f"Candidate, not a release: {key}, revision {revision.number}, for tests only; "
        f"see {_locate_page(work, key)}"
    )


def _find_packages(work: Work, revision: Revision) -> tuple[PackageFile, ...]:
    keys = {key: entry for entry in list_public(revision.files) if (key := make_package_key(entry))}
    known = work.unit.packages.find(keys)
    if keys.keys() - known.keys():
        raise Unavailable(
            f"ATR still looks into the files of {revision.release}: try again in a few seconds."
        )
    return tuple(PackageFile(entry, facts) for key, entry in keys.items() if (facts := known[key]))


@dataclass(frozen=True, slots=True)
class OpenIndexedFile(Query[IndexedBytes | bytes]):
    """A file of a candidate by its sha256 and name, or the metadata beside a wheel."""

    release: ReleaseKey
    sha256: str
    name: str

    def answer(self, work: Work) -> IndexedBytes | bytes:
        """Return it; raise what asking for the index raises, or NotFound."""
        index = ShowCandidateIndex(self.release).answer(work)
        named = (each for each in index.files if each.content.sha256.hex == self.sha256)
        for entry in named:
            if entry.path.name == self.name:
                return _open_whole(work, entry)
            if f"{entry.path.name}{_METADATA_SUFFIX}" == self.name:
                document = work.unit.packages.read_document(make_package_key(entry) or "")
                if document is not None:
                    return document
        raise NotFound("file", f"{self.name} in the candidate {self.release}")


def _open_whole(work: Work, entry: FileEntry) -> IndexedBytes:
    reader = work.around.blobs.open(entry.content.sha512)
    return IndexedBytes(entry, reader, Span(0, entry.content.size))


@dataclass(frozen=True, slots=True)
class OpenMavenPath(Query[IndexedBytes | bytes]):
    """What stands at a path of the candidate's Maven repository."""

    release: ReleaseKey
    path: str

    def answer(self, work: Work) -> IndexedBytes | bytes:
        """Return a stored file, or a text made for the repository; raise as the index, or NotFound."""
        index = ShowCandidateIndex(self.release).answer(work)
        tree = _build_maven(index)
        entry = tree.files.get(self.path)
        if entry is not None:
            return _open_whole(work, entry)
        if self.path in tree.texts:
            return tree.texts[self.path]
        raise NotFound("file", f"{self.path} in the candidate {self.release}")


def _build_maven(index: CandidateIndex) -> MavenTree:
    changed = f"{index.revision.created_at:%Y%m%d%H%M%S}"
    return build_tree(index.files, index.packages, index.notice, changed)


@dataclass(frozen=True, slots=True)
class ImageName:
    """An image of a candidate."""

    release: ReleaseKey
    image: str


@dataclass(frozen=True, slots=True)
class ListImageTags(Query[tuple[str, ...]]):
    """The tags of an image of a candidate."""

    name: ImageName

    def answer(self, work: Work) -> tuple[str, ...]:
        """Return them in order; raise as the index, or NotFound."""
        found = _find_layouts(work, self.name)
        return tuple(sorted({tag for _, places in found for tag in _list_tags(places, self.name)}))


@dataclass(frozen=True, slots=True)
class OpenManifest(Query[IndexedBytes]):
    """A manifest of an image of a candidate, by tag or digest."""

    name: ImageName
    reference: str

    def answer(self, work: Work) -> IndexedBytes:
        """Return it with its media type; raise as the index, or NotFound."""
        for file, places in _find_layouts(work, self.name):
            wanted = _list_tags(places, self.name).get(self.reference, self.reference.removeprefix(_DIGEST))
            if wanted in places.manifests:
                return _open_blob(work, file.entry, places, wanted)
        raise NotFound("manifest", f"{self.reference} of {self.name.image} in {self.name.release}")


@dataclass(frozen=True, slots=True)
class OpenImageBlob(Query[IndexedBytes]):
    """A blob of an image of a candidate, by its digest."""

    name: ImageName
    digest: str

    def answer(self, work: Work) -> IndexedBytes:
        """Return where it stands in the layout's own file; raise as the index, or NotFound."""
        wanted = self.digest.removeprefix(_DIGEST)
        for file, places in _find_layouts(work, self.name):
            if wanted in places.blobs:
                return _open_blob(work, file.entry, places, wanted)
        raise NotFound("blob", f"{self.digest} of {self.name.image} in {self.name.release}")


def _find_layouts(work: Work, name: ImageName) -> tuple[tuple[PackageFile, ImagePlaces], ...]:
    files = ShowCandidateIndex(name.release).answer(work).find_package(Ecosystem.OCI, name.image)
    return tuple((each, parse_places(each.facts.details)) for each in files)


def _list_tags(places: ImagePlaces, name: ImageName) -> dict[str, str]:
    """Return the manifests by tag; the only image of a layout also goes by the version of the release."""
    named = {write_tag(name.release.version): places.unnamed} if places.unnamed else {}
    return named | places.tags


def _open_blob(work: Work, entry: FileEntry, places: ImagePlaces, digest: str) -> IndexedBytes:
    reader = work.around.blobs.open(entry.content.sha512)
    media_type = places.manifests.get(digest, "")
    return IndexedBytes(entry, reader, places.blobs[digest], media_type, f"{_DIGEST}{digest}")
