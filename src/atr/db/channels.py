# SPDX-License-Identifier: Apache-2.0
"""Distribution channels in the database; what reads them in passing never selects their credentials."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError

from atr.db.tables.channels import channel_uses, channels
from atr.db.tables.checks import check_policy_versions
from atr.db.tables.distributions import distributions
from atr.db.tables.releases import releases
from atr.domain.distribution import Channel, ChannelTest, DistributionState
from atr.domain.errors import Conflict
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey, ReleaseKey, Version
from atr.domain.platform import PlatformKey
from atr.ports.repositories.channels import ChannelUsers
from atr.ports.vault import Sealed

_SEALED = ("sealed_credentials", "sealed_key")
_ON_THEIR_WAY = tuple(
    phase
    for phase in Phase
    if phase.stage is not Stage.ARCHIVED and phase not in {Phase.RELEASED, Phase.FAILED}
)

_FINISHED = (DistributionState.CONFIRMED, DistributionState.WITHDRAWN)


class ChannelRows:
    """Channels, and who uses them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: ChannelKey) -> Channel | None:
        """Return the channel, if it is there."""
        return self.find_many((key,)).get(key)

    def list(self) -> tuple[Channel, ...]:
        """Return every channel in order of their keys."""
        return self._read(_select_channels())

    def find_many(self, keys: Iterable[ChannelKey]) -> dict[ChannelKey, Channel]:
        """Return those that are there, in one query."""
        found = _select_channels().where(channels.c.key.in_(list(keys)))
        return {each.key: each for each in self._read(found)}

    def hold(self, keys: Iterable[ChannelKey]) -> dict[ChannelKey, Channel]:
        """Return those that are there, and keep them from being deleted until this transaction ends."""
        wanted = sorted(keys)
        if not wanted:
            return {}
        found = _select_channels().where(channels.c.key.in_(wanted)).order_by(channels.c.key)
        return {each.key: each for each in self._read(found.with_for_update(read=True, key_share=True))}

    def add(self, channel: Channel, sealed: Sealed | None) -> None:
        """Add the channel with its sealed credentials; raise Conflict when the key is taken."""
        keys = {"key": channel.key, "created_at": channel.created_at, "edition": channel.edition}
        values = keys | _write_channel(channel) | _write_sealed(sealed)
        try:
            self._connection.execute(insert(channels).values(values))
        except IntegrityError as error:
            raise Conflict(f"There is a channel {channel.key} already.") from error

    def save(self, channel: Channel) -> Channel:
        """Replace it, or raise Conflict if its edition is not the stored one; return the next edition."""
        this = update(channels).where(channels.c.key == channel.key, channels.c.edition == channel.edition)
        changed = self._connection.execute(
            this.values(edition=channels.c.edition + 1, **_write_channel(channel))
        )
        if changed.rowcount == 0:
            raise Conflict(f"The channel {channel.key} was changed by somebody else: read it again.")
        return replace(channel, edition=channel.edition + 1)

    def seal(self, key: ChannelKey, sealed: Sealed | None) -> None:
        """Replace the channel's credentials; None removes them."""
        self._connection.execute(update(channels).where(channels.c.key == key).values(_write_sealed(sealed)))

    def find_credentials(self, key: ChannelKey) -> Sealed | None:
        """Return the sealed credentials, if it has any."""
        wanted = select(*(channels.c[name] for name in _SEALED)).where(channels.c.key == key)
        row = self._connection.execute(wanted).one_or_none()
        return Sealed(*row) if row is not None and row.sealed_credentials is not None else None

    def note_test(self, key: ChannelKey, test: ChannelTest) -> None:
        """Record what a test came to; the edition stays."""
        self._connection.execute(update(channels).where(channels.c.key == key).values(_write_test(test)))

    def find_users(self, key: ChannelKey) -> ChannelUsers:
        """Return what would miss the channel."""
        needed = releases.c.package_managers.contains([key]) & releases.c.phase.in_(_ON_THEIR_WAY)
        unfinished = select(distributions.c.release_id).where(
            distributions.c.channel == key, distributions.c.state.not_in(_FINISHED)
        )
        under_way = releases.c.id.in_(unfinished) & releases.c.phase.in_((*_ON_THEIR_WAY, Phase.RELEASED))
        return ChannelUsers(
            lines=self._list_lines(key),
            policies=self._list_policies(key),
            releases=self._list_releases(needed),
            distributions=self._list_releases(under_way),
        )

    def reserve(self, key: ChannelKey) -> None:
        """Let nobody else begin to use or change the channel until this transaction ends."""
        self._connection.execute(select(channels.c.key).where(channels.c.key == key).with_for_update())

    def delete(self, key: ChannelKey) -> None:
        """Remove the channel with its credentials; raise Conflict while a line uses it."""
        try:
            self._connection.execute(delete(channels).where(channels.c.key == key))
        except IntegrityError as error:
            raise Conflict(f"The channel {key} is in use.") from error

    def _read(self, found: Select[tuple[object, ...]]) -> tuple[Channel, ...]:
        return tuple(map(_read_channel, self._connection.execute(found).mappings()))

    def _list_lines(self, key: ChannelKey) -> tuple[ProductRef, ...]:
        place = (channel_uses.c.project, channel_uses.c.product)
        found = select(*place).where(channel_uses.c.channel == key).order_by(*place)
        rows = self._connection.execute(found)
        return tuple(ProductRef(ProjectKey(project), ProductKey(product)) for project, product in rows)

    def _list_policies(self, key: ChannelKey) -> tuple[str, ...]:
        table = check_policy_versions
        newest = select(table.c.project, table.c.product, table.c.override)
        newest = newest.ext(distinct_on(table.c.project, table.c.product))
        of_place = newest.order_by(table.c.project, table.c.product, table.c.number.desc()).subquery()
        requires = of_place.c.override["required_channels"].contains([key])
        rows = self._connection.execute(select(of_place.c.project, of_place.c.product).where(requires))
        return tuple(f"{project}/{product}" if product else project for project, product in rows)

    def _list_releases(self, which: ColumnElement[bool]) -> tuple[ReleaseKey, ...]:
        place = (releases.c.project, releases.c.product, releases.c.version)
        rows = self._connection.execute(select(*place).where(which).order_by(*place))
        return tuple(ReleaseKey(ProjectKey(row[0]), ProductKey(row[1]), Version(row[2])) for row in rows)


def _select_channels() -> Select[tuple[object, ...]]:
    plain = (column for column in channels.c if column.name not in _SEALED)
    has_credentials = channels.c.sealed_credentials.is_not(None).label("has_credentials")
    return select(*plain, has_credentials).order_by(channels.c.key)


def _write_channel(channel: Channel) -> dict[str, object]:
    return {
        "name": channel.name,
        "platform": channel.platform,
        "url": channel.url,
        "is_test": channel.is_test,
        "automation_endpoint": channel.automation_endpoint,
        "local": channel.local,
        "promotes": channel.promotes,
        **_write_test(channel.test),
    }


def _write_sealed(sealed: Sealed | None) -> dict[str, object]:
    values = (None, None) if sealed is None else (sealed.text, sealed.key)
    return dict(zip(_SEALED, values, strict=True))


def _write_test(test: ChannelTest | None) -> dict[str, object]:
    return {
        "test_asked_at": test.asked_at if test else None,
        "tested_at": test.tested_at if test else None,
        "test_passed": test.passed if test else False,
        "test_result": test.result if test else "",
    }


def _read_channel(stored: RowMapping) -> Channel:
    return Channel(
        key=ChannelKey(stored["key"]),
        name=stored["name"],
        platform=PlatformKey(stored["platform"]),
        url=stored["url"],
        is_test=stored["is_test"],
        automation_endpoint=stored["automation_endpoint"],
        has_credentials=stored["has_credentials"],
        local=stored["local"],
        promotes=stored["promotes"],
        created_at=stored["created_at"],
        test=_read_test(stored),
        edition=stored["edition"],
    )


def _read_test(stored: RowMapping) -> ChannelTest | None:
    if stored["test_asked_at"] is None:
        return None
    return ChannelTest(
        stored["test_asked_at"], stored["tested_at"], stored["test_passed"], stored["test_result"]
    )
