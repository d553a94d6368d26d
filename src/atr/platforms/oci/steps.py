# SPDX-License-Identifier: Apache-2.0
"""What is done to a repository, step by step: push under a tag for testers, then move the final tags."""

import json
from dataclasses import dataclass
from functools import partial

from atr.domain.artifact import Digest
from atr.domain.errors import Refused
from atr.formats.oci_manifest import Descriptor, Manifest
from atr.platforms.oci.images import WantedImage, is_fixed
from atr.platforms.oci.repository import Repository
from atr.platforms.oci.storing import copy_manifest, store_manifest
from atr.ports.platforms import Consignment, OtherBytes, Results, Step

REMEMBER = "remember the final tags"


def name_move(tag: str) -> str:
    """Return the name of the step that moves a tag."""
    return f"tag {tag}"


@dataclass(frozen=True, slots=True)
class ImageSteps:
    """The steps for one image in one repository; `source` is where its base layers may be linked from."""

    repository: Repository
    consignment: Consignment
    wanted: WantedImage
    source: str | None = None

    def list_staging(self) -> tuple[Step, ...]:
        """Return the steps that bring the image under its tag for testers."""
        image = self.wanted.layout
        if image is None:
            return (self._find(),)
        tag = self.consignment.staging_name
        return (*self._push_parts(), self._put_manifest(image.manifests[-1], tag))

    def list_publishing(self) -> tuple[Step, ...]:
        """Return the steps that bring it to the public at once."""
        if self.wanted.layout is None:
            return (self._find(), *self.list_promotion())
        root = self.wanted.layout.manifests[-1]
        return (*self._push_parts(), self._put_manifest(root, str(self.wanted.root)), *self.list_promotion())

    def list_promotion(self) -> tuple[Step, ...]:
        """Return the steps that move the final tags; no layer travels."""
        return (self._remember(), *(self._retag(tag) for tag in self.consignment.final_names))

    def _push_parts(self) -> tuple[Step, ...]:
        image = self.wanted.layout
        assert image is not None
        blobs = tuple(self._push_blob(blob) for blob in image.blobs)
        children = image.manifests[:-1]
        return (*blobs, *(self._put_manifest(child, str(child.descriptor.digest)) for child in children))

    def _push_blob(self, blob: Descriptor) -> Step:
        repository, digest = self.repository, str(blob.digest)

        def act(_results: Results) -> str:
            repository.push_blob(blob, partial(self.wanted.read_blob, blob), self.source)
            return digest

        uploads = repository.locate("/blobs/uploads/")
        mount = f"?mount={digest}&from={self.source}" if self.source else ""
        return Step(
            f"push blob {digest}",
            f"POST {uploads}{mount}, PUT ?digest={digest} ({blob.size} bytes)",
            lambda _results: digest if repository.has_blob(blob) else None,
            act,
        )

    def _put_manifest(self, manifest: Manifest, reference: str) -> Step:
        digest = manifest.descriptor.digest

        def act(_results: Results) -> str:
            return store_manifest(self.repository, reference, manifest.data, manifest.descriptor.media_type)

        return Step(
            f"put manifest {reference}",
            f"PUT {self._locate(reference)} ({digest}, {len(manifest.data)} bytes)",
            lambda _results: self._ask_tag(reference, digest),
            act,
        )

    def _find(self) -> Step:
        """Nothing is pushed for a recorded reference: it only has to be there."""
        root = self.wanted.root

        def act(_results: Results) -> str:
            if (found := self._ask_tag(str(root), root)) is not None:
                return found
            raise Refused(f"{self._locate(str(root))} is not there: push the image that was voted on.")

        return Step(
            f"find manifest {root}",
            f"GET {self._locate(str(root))}",
            lambda _results: self._ask_tag(str(root), root),
            act,
        )

    def _ask_tag(self, reference: str, digest: Digest) -> str | None:
        found = self.repository.fetch_manifest(reference)
        if found is None:
            return None
        if found.digest == digest:
            return str(digest)
        if reference == str(digest):
            raise OtherBytes(f"{self._locate(reference)} answers {found.digest}: the registry is damaged.")
        if is_fixed(reference, self.consignment):
            raise OtherBytes(f"{self._locate(reference)} is taken by {found.digest}, not by {digest}.")
        return None

    def _remember(self) -> Step:
        names = self.consignment.final_names

        def act(_results: Results) -> str:
            found = {tag: self.repository.fetch_manifest(tag) for tag in names}
            return json.dumps(
                {tag: None if each is None else str(each.digest) for tag, each in found.items()}
            )

        calls = ", ".join(f"GET {self._locate(tag)}" for tag in names)
        return Step(REMEMBER, calls, lambda _results: None, act)

    def _retag(self, tag: str) -> Step:
        root = self.wanted.root
        return Step(
            name_move(tag),
            f"GET {self._locate(str(root))}, PUT {self._locate(tag)} (the same bytes)",
            lambda _results: self._ask_tag(tag, root),
            lambda _results: copy_manifest(self.repository, root, tag),
        )

    def _locate(self, reference: str) -> str:
        return self.repository.locate(f"/manifests/{reference}")
