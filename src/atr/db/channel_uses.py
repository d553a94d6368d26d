# SPDX-License-Identifier: Apache-2.0
"""How product lines use channels, read together with the lines and written after them."""

from collections.abc import Iterable
from typing import TypedDict

from sqlalchemy import Connection, ScalarSelect, delete, func, insert, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.exc import IntegrityError

from atr.db.tables.channels import channel_uses
from atr.db.tables.projects import products
from atr.domain.channel_use import ChannelUse
from atr.domain.errors import Conflict
from atr.domain.names import ChannelKey, ProductRef

_FIELDS = ("channel", "required", "owner_namespace", "package", "files", "staging_name", "final_names")


class StoredUse(TypedDict):
    """One use of a channel as PostgreSQL writes it."""

    channel: str
    required: bool
    owner_namespace: str | None
    package: str | None
    files: list[str]
    staging_name: str | None
    final_names: list[str]


def select_uses() -> ScalarSelect[object]:
    """Return the column with the uses of the line of each row of products, in their order."""
    pairs = [part for name in _FIELDS for part in (name, channel_uses.c[name])]
    built = aggregate_order_by(func.jsonb_build_object(*pairs), channel_uses.c.position)
    own = (channel_uses.c.project == products.c.project, channel_uses.c.product == products.c.key)
    return select(func.jsonb_agg(built)).where(*own).correlate(products).scalar_subquery()


def read_uses(stored: list[StoredUse] | None) -> tuple[ChannelUse, ...]:
    """Return the uses as they were stored."""
    return tuple(map(_read_use, stored or ()))


def write_uses(connection: Connection, line: ProductRef, uses: Iterable[ChannelUse]) -> None:
    """Replace the uses of a line; raise Conflict when a channel went away meanwhile."""
    of_line = (channel_uses.c.project == line.project, channel_uses.c.product == line.product)
    connection.execute(delete(channel_uses).where(*of_line))
    rows = [_write_use(line, position, use) for position, use in enumerate(uses)]
    if not rows:
        return
    try:
        connection.execute(insert(channel_uses), rows)
    except IntegrityError as error:
        raise Conflict(f"A channel of {line} went away meanwhile: read the channels again.") from error


def _write_use(line: ProductRef, position: int, use: ChannelUse) -> dict[str, object]:
    given = {name: getattr(use, name) for name in _FIELDS}
    lists = {"files": list(use.files), "final_names": list(use.final_names)}
    return {"project": line.project, "product": line.product, "position": position} | given | lists


def _read_use(stored: StoredUse) -> ChannelUse:
    return ChannelUse(
        channel=ChannelKey(stored["channel"]),
        required=stored["required"],
        owner_namespace=stored["owner_namespace"],
        package=stored["package"],
        files=tuple(stored["files"]),
        staging_name=stored["staging_name"],
        final_names=tuple(stored["final_names"]),
    )
