# SPDX-License-Identifier: Apache-2.0
"""Container images are read defensively: what is voted on is exactly what a registry will hand out."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator

import pytest

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.formats.oci_layout import Image, read_image, stream_blob
from atr.formats.oci_manifest import LARGEST_MANIFEST, OCI_INDEX, OCI_MANIFEST
from atr.formats.oci_reference import read_reference
from tests.support.oci_images import CONFIG, LAYER, Fields, LayoutBuilder, build_image, build_index, write_tar


def cut(data: bytes, size: int = 700) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def read(data: bytes, *names: str) -> Image:
    return read_image(cut(data), names or ("1.0",), Digest("sha256", hashlib.sha256(data).hexdigest()))


def read_files(**files: bytes) -> Image:
    """Read a layout whose files are replaced or added by the given ones (`_` is a dot)."""
    layout = LayoutBuilder()
    layout.name_root(layout.add_image("demo"))
    with tarfile.open(fileobj=io.BytesIO(layout.write())) as archive:
        there = {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]
    return read(write_tar({**there, **{name.replace("_", "."): data for name, data in files.items()}}))


def test_an_image_is_read_with_its_configuration_and_layers() -> None:
    data, digest = build_image()
    image = read(data)
    assert str(image.root.digest) == digest
    assert [each.media_type for each in image.blobs] == [CONFIG, LAYER]
    assert image.annotations["org.opencontainers.image.version"] == "1.0"
    assert image.root.is_manifest
    assert not image.blobs[0].is_manifest


def test_an_index_comes_after_the_images_it_names() -> None:
    data, digest = build_index()
    image = read(data)
    assert [each.descriptor.media_type for each in image.manifests] == [OCI_MANIFEST, OCI_MANIFEST, OCI_INDEX]
    assert str(image.manifests[-1].descriptor.digest) == digest
    assert len(image.blobs) == 3, "the two architectures share their layer"


def test_a_nested_index_is_read_once() -> None:
    layout = LayoutBuilder()
    child = layout.add_image("demo")
    inner = layout.add_index(child)
    layout.name_root(layout.add_index(inner, child))
    assert len(read(layout.write()).manifests) == 3


def test_the_image_is_chosen_by_its_name() -> None:
    layout = LayoutBuilder()
    layout.name_root(layout.add_image("other"), "0.9")
    digest = layout.name_root(layout.add_image("demo"), "registry.example/apache/demo:1.0")
    layout.name_root(layout.add_image("nameless"))
    assert str(read(layout.write()).root.digest) == digest


@pytest.mark.parametrize("name", ["0.9", None])
def test_an_ambiguous_choice_is_refused(name: str | None) -> None:
    layout = LayoutBuilder()
    layout.name_root(layout.add_image("one"), name)
    layout.name_root(layout.add_image("two"), name)
    with pytest.raises(Invalid, match="of its 2 images are called"):
        read(layout.write())


def test_the_bytes_of_a_blob_are_given_out_in_pieces() -> None:
    layout = LayoutBuilder()
    big = layout.add_blob(b"{" + b"x" * 400_000, LAYER)
    layout.name_root(layout.add_image("demo"))
    digest = Digest.parse(str(big["digest"]))
    pieces = list(stream_blob(cut(layout.write(), 100_000), digest))
    assert hashlib.sha256(b"".join(pieces)).hexdigest() == digest.hex
    assert len(pieces) > 1


def test_a_blob_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid, match="lacks the blob"):
        list(stream_blob(cut(build_image()[0]), Digest("sha256", "0" * 64)))


def test_a_stored_file_that_changed_is_refused() -> None:
    data, _ = build_image()
    with pytest.raises(Invalid, match="no longer the one that was voted on"):
        read_image(cut(data + bytes(512)), ("1.0",), Digest("sha256", hashlib.sha256(data).hexdigest()))


def test_folders_and_files_of_older_programs_are_passed_over() -> None:
    assert read_files(manifest_json=b"[]", repositories=b"{}").root.is_manifest


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"oci-layout": b'{"imageLayoutVersion": "2.0"}'}, "version 1.0.0"),
        ({"oci-layout": b""}, "well-formed"),
        ({"index_json": b'{"a": 1, "a": 2}'}, "well-formed"),
        ({"index_json": b"[" * 9999}, "well-formed"),
        ({"index_json": b"{}"}, "no list"),
        ({"index_json": b'{"manifests": []}'}, "not exactly one"),
        ({"index_json": b'{"manifests": [1]}'}, "no JSON object"),
        ({"index_json": b'{"manifests": [{}]}'}, "media type"),
        ({"../index_json": b"{}"}, "well-formed|leads out"),
        ({"blobs/sha256/" + "0" * 64: b"other"}, "another digest"),
    ],
)
def test_a_broken_layout_is_refused(files: dict[str, bytes], complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        read_files(**files)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"size": 3}, "bytes, not the 3 stated"),
        ({"size": -1}, "usable size"),
        ({"size": True}, "usable size"),
        ({"digest": "sha256:" + "0" * 64}, "lacks sha256"),
        ({"digest": "sha512:" + "0" * 128}, "another digest"),
        ({"digest": 7}, "another digest"),
        ({"digest": "nothing"}, "not a digest"),
        ({"mediaType": "text/plain"}, "neither an image nor an index"),
        ({"mediaType": OCI_INDEX}, "not of the type"),
        ({"urls": ["https://elsewhere.example/layer"]}, "fetched from elsewhere"),
        ({"annotations": {"a": 1}}, "annotations"),
    ],
)
def test_a_descriptor_that_lies_is_refused(change: Fields, complaint: str) -> None:
    layout = LayoutBuilder()
    layout.roots.append({**layout.add_image("demo"), **change})
    with pytest.raises(Invalid, match=complaint):
        read(layout.write())


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"schemaVersion": 1}, "not of the type"),
        ({"manifests": []}, "at once"),
        ({"layers": [{}] * 1001}, "at most 1000"),
        ({"config": None}, "no JSON object"),
    ],
)
def test_a_manifest_that_programs_read_differently_is_refused(fields: Fields, complaint: str) -> None:
    layout = LayoutBuilder()
    good = {"schemaVersion": 2, "config": layout.add_blob(b"{}", CONFIG), "layers": []}
    layout.name_root(layout.add_json({**good, **fields}, OCI_MANIFEST))
    with pytest.raises(Invalid, match=complaint):
        read(layout.write())


def test_a_manifest_beyond_what_registries_take_is_refused() -> None:
    layout = LayoutBuilder()
    layout.name_root(layout.add_blob(b"{" + b" " * LARGEST_MANIFEST + b"}", OCI_MANIFEST))
    with pytest.raises(Invalid, match="too large"):
        read(layout.write())


def test_endless_nesting_is_refused() -> None:
    layout = LayoutBuilder()
    root = layout.add_image("demo")
    for _ in range(6):
        root = layout.add_index(root)
    layout.name_root(root)
    with pytest.raises(Invalid, match="neither an image nor an index"):
        read(layout.write())


def test_more_manifests_than_fit_in_memory_are_refused() -> None:
    layout = LayoutBuilder()
    for number in range(17):
        layout.add_blob(b"{" + bytes([number]) * (LARGEST_MANIFEST - 1), CONFIG)
    with pytest.raises(Invalid, match="too many manifests"):
        read(layout.write())


def test_links_out_of_the_layout_are_refused() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        folder, link = tarfile.TarInfo("blobs"), tarfile.TarInfo("index.json")
        folder.type, link.type, link.linkname = tarfile.DIRTYPE, tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(folder)
        archive.addfile(link)
    with pytest.raises(Invalid, match="symlink, not a file"):
        read(buffer.getvalue())


def test_a_file_that_is_there_twice_is_refused() -> None:
    data, _ = build_image()
    mark = write_tar({"oci-layout": b"{}"})[:1024]
    with pytest.raises(Invalid, match="there twice"):
        read(mark + data)


@pytest.mark.parametrize("length", [0, 100, 2000])
def test_a_cut_file_is_refused(length: int) -> None:
    with pytest.raises(Invalid, match="usable image layout"):
        read(build_image()[0][:length])


def test_a_recorded_reference_is_read() -> None:
    fields = {"repository": "docker.io/apache/demo", "digest": "sha256:" + "a" * 64}
    reference = read_reference(json.dumps(fields).encode())
    assert reference.repository == "docker.io/apache/demo"
    assert reference.digest.hex == "a" * 64


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"repository": "../x", "digest": "sha256:0"}',
        b'{"repository": "apache/demo"}',
        b'{"repository": "apache/demo", "digest": "sha256:0"}',
        b" " * 10_001,
    ],
)
def test_a_reference_that_names_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_reference(data)
