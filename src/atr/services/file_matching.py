# SPDX-License-Identifier: Apache-2.0
"""Which sealed files go to which channel, and what is missing there, told before anybody votes."""

from collections.abc import Iterable
from dataclasses import dataclass

from atr.domain.artifact_matching import Files, match_files
from atr.domain.channel_use import ChannelUse, find_use
from atr.domain.destination import Destination, find_destination
from atr.domain.distribution import Channel
from atr.domain.errors import DomainError, Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey
from atr.domain.project import ProductLine
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.domain.versions import fits_order, is_prerelease
from atr.services.door import Work
from atr.services.products import find_product
from atr.services.releases import list_required_channels
from atr.services.revisions import find_revision

_BEFORE_THE_VOTE = frozenset({Phase.EVALUATE, Phase.TEST})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What goes to a channel, and where to."""

    use: ChannelUse
    destination: Destination
    files: Files


def match_delivery(line: ProductLine, channel: Channel, revision: Revision) -> Delivery:
    """Return what goes to the channel; raise Refused when it is not clear what, Invalid for bad names."""
    use, version = find_use(line.uses, channel.key), revision.release.version
    early = fits_order(version, line.version_order) and is_prerelease(version, line.version_order)
    destination = find_destination(use, channel.platform, revision.release, revision.number, prerelease=early)
    match = match_files(revision.files, channel.platform, use, destination)
    if match.complaint:
        raise Refused(match.complaint)
    return Delivery(use, destination, match.files)


def explain_undeliverable(work: Work, release: Release) -> tuple[str, ...]:
    """Return why a sealed candidate cannot reach channels it has to; nothing once it is voted on.

    Looked at are those it had to reach when it was sealed, and has to still: the others are found when the
    vote opens, so that a list of releases needs no more queries than it has to.
    """
    if release.phase not in _BEFORE_THE_VOTE or not release.package_managers:
        return ()
    required = list_required_channels(work, find_product(work, release.key.line))
    return explain_required(work, release, set(required).intersection(release.package_managers))


def explain_required(work: Work, release: Release, required: Iterable[ChannelKey]) -> tuple[str, ...]:
    """Return why the sealed files cannot reach these channels."""
    line, channels = find_product(work, release.key.line), work.unit.channels.find_many(required)
    revision = find_revision(work, release.key, release.shown_revision)
    return tuple(reason for key in sorted(channels) for reason in _explain(line, channels[key], revision))


def _explain(line: ProductLine, channel: Channel, revision: Revision) -> tuple[str, ...]:
    try:
        match_delivery(line, channel, revision)
    except DomainError as error:
        return error.reasons
    return ()
