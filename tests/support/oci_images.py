# SPDX-License-Identifier: Apache-2.0
"""Container images built for tests: real layers, configurations, manifests, indexes and layouts."""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field

from atr.formats.oci_manifest import OCI_INDEX, OCI_MANIFEST, VERSION_ANNOTATION

CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
Fields = dict[str, object]


@dataclass(slots=True)
class LayoutBuilder:
    """Collects blobs, and writes them as one image layout."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    roots: list[Fields] = field(default_factory=list)

    def add_blob(self, data: bytes, media_type: str, **more: object) -> Fields:
        """Add some bytes and return their descriptor."""
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data), **more}

    def add_json(self, fields: Fields, media_type: str, **more: object) -> Fields:
        """Add an object as JSON and return its descriptor."""
        return self.add_blob(json.dumps(fields).encode(), media_type, **more)

    def add_image(self, text: str, architecture: str = "amd64", version: str | None = "1.0") -> Fields:
        """Add an image of one layer with one file, and return its manifest's descriptor."""
        layer = write_tar({"demo.txt": text.encode()})
        annotations: Fields = {} if version is None else {VERSION_ANNOTATION: version}
        config = self.add_json(
            {
                "architecture": architecture,
                "os": "linux",
                "config": {"Labels": annotations},
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
                "history": [],
            },
            CONFIG,
        )
        layers = [self.add_blob(gzip.compress(layer, mtime=0), LAYER)]
        manifest: Fields = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": config,
            "layers": layers,
            "annotations": annotations,
        }
        return self.add_json(manifest, OCI_MANIFEST, platform={"architecture": architecture, "os": "linux"})

    def add_index(self, *children: Fields) -> Fields:
        """Add an index of images, and return its descriptor."""
        return self.add_json(
            {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(children)}, OCI_INDEX
        )

    def name_root(self, descriptor: Fields, name: str | None = None) -> str:
        """Put an image into the layout's index and return its digest."""
        annotations = {} if name is None else {"org.opencontainers.image.ref.name": name}
        self.roots.append({**descriptor, "annotations": annotations})
        return str(descriptor["digest"])

    def write(self) -> bytes:
        """Return the layout as a tar file."""
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": self.roots}
        return write_tar(
            {
                "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
                "index.json": json.dumps(index).encode(),
                **{f"blobs/sha256/{digest}": data for digest, data in self.blobs.items()},
            }
        )


def build_image(text: str = "demo", version: str | None = "1.0") -> tuple[bytes, str]:
    """Return a layout with one image, and its digest."""
    layout = LayoutBuilder()
    digest = layout.name_root(layout.add_image(text, version=version), "1.0")
    return layout.write(), digest


def build_index(text: str = "demo", version: str | None = "1.0") -> tuple[bytes, str]:
    """Return a layout with one index over two architectures, and its digest."""
    layout = LayoutBuilder()
    children = [layout.add_image(text, each, version) for each in ("amd64", "arm64")]
    return _finish(layout, layout.add_index(*children))


def _finish(layout: LayoutBuilder, root: Fields) -> tuple[bytes, str]:
    digest = layout.name_root(root, "1.0")
    return layout.write(), digest


def write_tar(files: dict[str, bytes]) -> bytes:
    """Return a tar file with the files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in files.items():
            header = tarfile.TarInfo(path)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return buffer.getvalue()
