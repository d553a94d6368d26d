# SPDX-License-Identifier: Apache-2.0
"""Packages of Hex and charts of Helm; one package was made by Hex's own library (hex_core in rebar3 3.19)."""

import base64
import gzip
import hashlib
import io
import lzma
import tarfile
from collections.abc import Mapping

GENUINE_HEX = lzma.decompress(
    base64.b64decode(
        "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4BX/Aw5dACsRRorTGVbI965n6mlp4avTRXWojXjNzV7AMIBiRF/jGtIQz+VJtnKZtjMx"
        "XPTut7eAv0enzpVIv7DILBu26fkI5LwwCpSOaIm1TjXhhCPXtn6ePlqmdZbDglRzvpBK1CT2tl6d66vYQB5rfE+imgOVwJ+YOckq"
        "baG+0GSQ0qR+0Xlhlo4HqbfSYBAL4hO3BP3YBkz1tvqRaKODkuuKr5HJ45oZnvqfNLVlbNGUiTTqlVNo3qQlmYf7xPDBDreF/88u"
        "AJw/IE42XrYttku3Ow5X+M6pKvCwZSUMuL6HKHFclZhOQ1IYH8PPE+LYB6okzqtCfVRHnidUoLfnO/InZcrX9dtXZu1FSn7b59ug"
        "u117HtqIs1++mTDRigPhWojx/y/78zwRL/DyLPHnkWPcmqFlYuMLlzezwLGiKkdXlwQEmNEaqvzsUw8VaHRbwok2cSKE/I/GExV7"
        "TeTncLPT2gIZm2UO2m6DimCwwkkdQtodGCI5iNMOE84TQf97pWJ5CQyElIH5HdfoF4OxvRVqNytDNBLSBLRlj+2S/lWZBNXwHxO2"
        "rA3KGkq2xSwxZWFmOisKwKH/jY08HCNz7jCa/cvbwyN0+jSx+OL+K3WceKnDQOxxEkJrZsto1aE9UXhiqTtrVjntP+V5e+NB5CSa"
        "cGR8W9AaEIl25oAaWwVboHQ0SpzX870i8Kfb8x24ycScXIxxhM2KshCmaMCnyyOCnVnAKZHLXDlEuYLY+y0kIACie/6UNHoldsGS"
        "hpNobnJKi3cp2AgCs03XmdfqA2NTdWqemnID87oGGKjRRVGt+v2aBWqALuDma3NW6FBBPixeNwiclaHI96NVtny8lfTIMwTtAddK"
        "3i1g6YgubvePTK13FHiTooAoOqnhngBTmiJp90iPs/iONlZVl7UzetSQ0E8CoxZ1inh3rCeeiEVxHJPBsj1s4tIyHVC6bEXWse5z"
        "XkAoN/o9ldn2SPnRixMY0opEEPDAPz7WLe8flhJ7KCKCc0ksptV/BANi3pwIKIghBEpZMAxvcB3AqEnYczJiAAAAdTOCZczHsa0A"
        "AaoGgCwAAEoanCixxGf7AgAAAAAEWVo="
    )
)
"""ledger_lens 1.2.3, by hex_tarball:create/2."""


def make_tar(members: Mapping[str, bytes]) -> bytes:
    """Return a plain tar whose members have no times and no owners."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def make_hex_parts(name: str, version: str, seed: bytes = b"") -> dict[str, bytes]:
    """Return the four files of a package, by the public specification (package_tarball.md)."""
    metadata = (
        f'{{<<"app">>,<<"{name}">>}}.\n{{<<"name">>,<<"{name}">>}}.\n{{<<"version">>,<<"{version}">>}}.\n'
    )
    contents = gzip.compress(make_tar({f"src/{name}.erl": b"-module(a).\n" + seed}), mtime=0)
    inner = hashlib.sha256(b"3" + metadata.encode() + contents).hexdigest().upper()
    return {
        "VERSION": b"3",
        "CHECKSUM": inner.encode(),
        "metadata.config": metadata.encode(),
        "contents.tar.gz": contents,
    }


def make_hex_package(name: str, version: str, seed: bytes = b"") -> bytes:
    """Return a package; another seed makes other bytes."""
    return make_tar(make_hex_parts(name, version, seed))


def make_chart(name: str, version: str, seed: bytes = b"", annotations: str = "") -> bytes:
    """Return a packaged chart; another seed makes other bytes."""
    manifest = f"apiVersion: v2\nname: {name}\nversion: {version}\n{annotations}"
    members = {f"{name}/Chart.yaml": manifest.encode(), f"{name}/values.yaml": b"a: 1\n" + seed}
    return gzip.compress(make_tar(members), mtime=0)
