# SPDX-License-Identifier: Apache-2.0
"""Container images, against Debian's docker-registry."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from atr.domain.platform import PlatformKey
from atr.platforms._http import Limits
from atr.platforms.oci import connect
from atr.ports.platforms import Consignment, Operation, Registry, Site
from tests.contracts.platforms.plug import Plug, find_release, find_revision, pack
from tests.simulators.lying import Reply
from tests.support.oci_images import build_index
from tests.support.oci_registry import PASSWORD, USERNAME, run_with_password


class OciPlug(Plug):
    """Multi-arch images under a tag that moves; this registry deletes no tags."""

    platform = PlatformKey.DOCKER_HUB
    first = Operation.STAGE
    secret = MappingProxyType({"username": USERNAME, "password": PASSWORD})
    wrong_secret = MappingProxyType({"username": USERNAME, "password": "wrong-password"})
    downloads = r"/blobs/sha256:|/manifests/"

    @contextmanager
    def serve(self, folder: Path) -> Iterator[str]:
        with run_with_password(folder) as running:
            yield running.url

    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        return connect(site, limits)

    def misclaim(self, reply: Reply) -> Reply:
        headers = dict(reply.headers)
        for name in headers.keys() & {"Docker-Content-Digest"}:
            headers[name] = f"sha256:{'0' * 64}"
        return replace(reply, headers=headers)

    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        data, _ = build_index(f"{package} {version} {seed.hex()}", version)
        parcel = pack(f"{package}-{version}.oci.tar", data)
        return Consignment(
            find_release(version),
            find_revision(parcel),
            "apache",
            package,
            version,
            (parcel,),
            f"{version}-rc1",
            ("latest",),
        )
