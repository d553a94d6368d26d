# SPDX-License-Identifier: Apache-2.0
"""What a registry hands out against what was voted on.

Manifests are fetched by tag and hashed here, and the chain of digests in them is followed. Before anything
becomes public every layer is downloaded and hashed as well. Later it is only asked for: layers are named by
their digest, every client compares it, and the same repository holds them before and after. Downloading them
daily would prove no more, and registries count it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.formats.oci_manifest import Descriptor
from atr.platforms.oci.images import WantedImage
from atr.platforms.oci.repository import Found, Repository
from atr.ports.platforms import Comparison, OtherBytes

_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class ImageComparison:
    """Compares one image in one repository; `downloads` says whether layers are hashed, too."""

    repository: Repository
    wanted: WantedImage
    downloads: bool

    def compare(self, references: tuple[str, ...]) -> tuple[Comparison, ...]:
        """Return everything that was looked at, under each of the references."""
        seen: dict[Digest, Comparison] = {}
        rows: list[Comparison] = []
        root: Found | None = None
        for reference in references:
            found = self.repository.fetch_manifest(reference)
            rows += self._compare_tag(reference, found)
            if found is not None and found.digest == self.wanted.root:
                root = found
        if root is not None:
            self._follow(root, seen, 0)
        return (*rows, *seen.values())

    def _compare_tag(self, reference: str, found: Found | None) -> Iterator[Comparison]:
        seen = None if found is None else found.digest
        path = f"/manifests/{reference}"
        yield self._note(f"manifest {reference}", self.wanted.root, seen, path)
        stated = {self.repository.find_announced(reference), None if found is None else found.announced}
        for announced in stated - {None, str(self.wanted.root)}:
            if announced is not None:
                digest = _read_digest(announced)
                yield self._note(f"stated digest of {reference}", self.wanted.root, digest, path)

    def _follow(self, found: Found, seen: dict[Digest, Comparison], depth: int) -> None:
        try:
            manifest = found.parse()
        except Invalid as error:
            raise OtherBytes(f"{found.digest} in the registry: {error}") from error
        for blob in manifest.blobs:
            if blob.digest not in seen:
                seen[blob.digest] = self._compare_blob(blob)
        for child in manifest.children:
            if child.digest not in seen and depth < _DEEPEST:
                self._compare_child(child, seen, depth)

    def _compare_child(self, child: Descriptor, seen: dict[Digest, Comparison], depth: int) -> None:
        found = self.repository.fetch_manifest(str(child.digest))
        digest = None if found is None else found.digest
        path = f"/manifests/{child.digest}"
        seen[child.digest] = self._note(f"manifest {child.digest}", child.digest, digest, path)
        if found is not None and digest == child.digest:
            self._follow(found, seen, depth + 1)

    def _compare_blob(self, blob: Descriptor) -> Comparison:
        if self.downloads:
            content = self.repository.digest_blob(blob.digest)
            digest = None if content is None else content.sha256
        else:
            digest = blob.digest if self.repository.has_blob(blob) else None
        return self._note(f"blob {blob.digest}", blob.digest, digest, f"/blobs/{blob.digest}")

    def _note(self, subject: str, expected: Digest, seen: Digest | None, path: str) -> Comparison:
        return Comparison(self.wanted.parcel.path, subject, expected, seen, self.repository.locate(path))


def _read_digest(text: str) -> Digest | None:
    try:
        return Digest.parse(text)
    except Invalid:
        return None
