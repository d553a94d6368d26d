# SPDX-License-Identifier: Apache-2.0
"""The packages that the demo distributes: one small program for npm, PyPI and container registries."""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from atr.admin.demo.archive import LEGAL_FILES

PACKAGE = "atr-demo-sample"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_ARCHITECTURES = ("amd64", "arm64")
Descriptor = dict[str, object]


def write_packages(folder: Path, version: str) -> tuple[Path, ...]:
    """Write every package of a version into the folder and return their paths."""
    module = PACKAGE.replace("-", "_")
    packages = {
        f"{PACKAGE}-{version}.tgz": _make_npm(version),
        f"{module}-{version}-py3-none-any.whl": _make_wheel(module, version),
        f"{module}-{version}.tar.gz": _make_sdist(module, version),
        f"{PACKAGE}-{version}.oci.tar": _make_image(version),
    }
    for name, data in packages.items():
        (folder / name).write_bytes(data)
    return tuple(folder / name for name in packages)


def _make_npm(version: str) -> bytes:
    described = {"name": PACKAGE, "version": version, "license": "Apache-2.0", "main": "index.js"}
    script = f"// SPDX-License-Identifier: Apache-2.0\nmodule.exports = {version!r};\n"
    files = {"package.json": json.dumps(described), "index.js": script, **LEGAL_FILES}
    return gzip.compress(
        _write_tar({f"package/{name}": text.encode() for name, text in files.items()}), mtime=0
    )


def _describe_python(version: str) -> str:
    return (
        f"Metadata-Version: 2.4\nName: {PACKAGE}\nVersion: {version}\nSummary: The demo's package.\n"
        "License-Expression: Apache-2.0\nLicense-File: LICENSE\nLicense-File: NOTICE\n"
    )


def _make_sdist(module: str, version: str) -> bytes:
    project = (
        "# SPDX-License-Identifier: Apache-2.0\n[build-system]\n"
        'requires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\n'
        f'name = "{PACKAGE}"\nversion = "{version}"\n'
    )
    files = {
        "PKG-INFO": _describe_python(version),
        "pyproject.toml": project,
        f"{module}.py": _write_module(version),
        **LEGAL_FILES,
    }
    root = f"{module}-{version}"
    return gzip.compress(
        _write_tar({f"{root}/{name}": text.encode() for name, text in files.items()}), mtime=0
    )


def _make_wheel(module: str, version: str) -> bytes:
    info = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": _write_module(version),
        f"{info}/METADATA": _describe_python(version),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: atr\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **{f"{info}/licenses/{name}": text for name, text in LEGAL_FILES.items()},
    }
    record = f"{info}/RECORD"
    rows = [f"{name},sha256={_digest_url(text)},{len(text.encode())}\n" for name, text in files.items()]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, text in {**files, record: "".join([*rows, f"{record},,\n"])}.items():
            wheel.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return written.getvalue()


def _write_module(version: str) -> str:
    return f'# SPDX-License-Identifier: Apache-2.0\n"""What the demo releases."""\n\nVERSION = "{version}"\n'


def _digest_url(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


@dataclass(slots=True)
class _Layout:
    """The blobs of an image layout, by their digests."""

    blobs: dict[str, bytes] = field(default_factory=dict)

    def add(self, data: bytes, media_type: str) -> Descriptor:
        """Keep some bytes and return their descriptor."""
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def add_json(self, fields: Descriptor, media_type: str) -> Descriptor:
        """Keep an object as JSON and return its descriptor."""
        return self.add(json.dumps(fields).encode(), media_type)


def _make_image(version: str) -> bytes:
    layout = _Layout()
    images = [_add_image(layout, version, each) for each in _ARCHITECTURES]
    index = layout.add_json({"schemaVersion": 2, "mediaType": _INDEX, "manifests": images}, _INDEX)
    root = {**index, "annotations": {"org.opencontainers.image.ref.name": version}}
    files = {
        "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
        "index.json": json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": [root]}).encode(),
        **{f"blobs/sha256/{digest}": data for digest, data in layout.blobs.items()},
    }
    return _write_tar(files)


def _add_image(layout: _Layout, version: str, architecture: str) -> Descriptor:
    content = _write_tar({name: text.encode() for name, text in LEGAL_FILES.items()})
    labels = {"org.opencontainers.image.version": version}
    config: Descriptor = {
        "architecture": architecture,
        "os": "linux",
        "config": {"Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
        "history": [],
    }
    manifest: Descriptor = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": layout.add_json(config, _CONFIG),
        "layers": [layout.add(gzip.compress(content, mtime=0), _LAYER)],
        "annotations": labels,
    }
    return {**layout.add_json(manifest, _MANIFEST), "platform": {"architecture": architecture, "os": "linux"}}


def _write_tar(files: dict[str, bytes]) -> bytes:
    """Return a tar file whose bytes depend on the content alone."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
            tar.addfile(member, io.BytesIO(data))
    return written.getvalue()
