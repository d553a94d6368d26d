# SPDX-License-Identifier: Apache-2.0
"""What is sent to a channel: the sealed files it takes, under the coordinates they get there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from atr.domain.artifact import Digest
from atr.domain.channel_use import ChannelUse
from atr.domain.distribution import Channel
from atr.domain.errors import Refused
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.revision import Revision
from atr.ports.blobs import Blobs
from atr.ports.platforms import Consignment, Parcel
from atr.services.channel_views import find_channel
from atr.services.door import Place, Query, Work
from atr.services.file_matching import Delivery, match_delivery
from atr.services.products import find_product
from atr.services.releases import find_release
from atr.services.revisions import find_revision


@dataclass(frozen=True, slots=True)
class Packed:
    """A consignment with the channel it is for, and what the line says of that channel."""

    consignment: Consignment
    channel: Channel
    use: ChannelUse


@dataclass(frozen=True, slots=True)
class PackConsignment(Query[Packed]):
    """What a release sends to a channel: which sealed files, where to and under which names."""

    release: ReleaseKey
    channel: ChannelKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> Packed:
        """Return it; raise NotFound, Refused with why there is nothing to send, or Invalid for its names."""
        release = find_release(work, self.release)
        if release.sealed_revision is None:
            raise Refused(f"{release.key} is not sealed: only sealed files are distributed.")
        line, channel = find_product(work, release.key.line), find_channel(work, self.channel)
        revision = find_revision(work, release.key, release.sealed_revision)
        delivery = match_delivery(line, channel, revision)
        return Packed(_pack(revision, delivery, work.around.blobs), channel, delivery.use)


def _pack(revision: Revision, delivery: Delivery, blobs: Blobs) -> Consignment:
    destination = delivery.destination
    return Consignment(
        release=revision.release,
        revision=revision.manifest_digest,
        owner_namespace=destination.owner_namespace,
        package=destination.package,
        version=destination.version,
        parcels=tuple(
            Parcel(entry.path, entry.content, _read_later(blobs, entry.content.sha512))
            for entry in delivery.files
        ),
        staging_name=destination.staging_name,
        final_names=destination.final_names,
        description=revision.description,
    )


def _read_later(blobs: Blobs, digest: Digest) -> Callable[[], Iterator[bytes]]:
    return lambda: blobs.open(digest).iterate()
