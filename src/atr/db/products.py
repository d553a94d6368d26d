# SPDX-License-Identifier: Apache-2.0
"""Product lines in the database."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from atr.db.channel_uses import read_uses, select_uses, write_uses
from atr.db.policies import read_override, write_override
from atr.db.releases import MOST_STATEMENTS
from atr.db.tables.projects import products
from atr.db.tables.releases import releases
from atr.domain.errors import Conflict
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey, Version
from atr.domain.project import ProductLine
from atr.domain.versions import VersionOrder

_MAIN_FIRST = (products.c.key != MAIN, products.c.key)


class ProductRows:
    """Product lines, and which versions of them are released."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, ref: ProductRef) -> ProductLine | None:
        """Return the product line, if it is there."""
        row = self._connection.execute(_select_line(ref)).mappings().one_or_none()
        return _read_product(row) if row else None

    def list(self, project: ProjectKey) -> tuple[ProductLine, ...]:
        """Return the project's lines, the main one first."""
        return self.list_many((project,)).get(project, ())

    def list_many(self, projects: Iterable[ProjectKey]) -> dict[ProjectKey, tuple[ProductLine, ...]]:
        """Return the lines of many projects in one query, each project's main one first."""
        found = _select_lines().where(products.c.project.in_(list(projects))).order_by(*_MAIN_FIRST)
        lines: dict[ProjectKey, tuple[ProductLine, ...]] = {}
        for line in map(_read_product, self._connection.execute(found).mappings()):
            lines[line.ref.project] = (*lines.get(line.ref.project, ()), line)
        return lines

    def add(self, product: ProductLine) -> None:
        """Add the line; raise Conflict when the key is taken."""
        keys = {"project": product.ref.project, "key": product.ref.product, "edition": product.edition}
        try:
            self._connection.execute(insert(products).values(**keys, **_write_product(product)))
        except IntegrityError as error:
            raise Conflict(f"There is a product line {product.ref} already.") from error
        write_uses(self._connection, product.ref, product.uses)

    def save(self, product: ProductLine) -> ProductLine:
        """Replace it, or raise Conflict if its edition is not the stored one; return the next edition."""
        changed = self._connection.execute(
            update(products)
            .where(
                products.c.project == product.ref.project,
                products.c.key == product.ref.product,
                products.c.edition == product.edition,
            )
            .values(edition=products.c.edition + 1, **_write_product(product))
        )
        if changed.rowcount == 0:
            raise Conflict(f"The product line {product.ref} was changed by somebody else: read it again.")
        write_uses(self._connection, product.ref, product.uses)
        return replace(product, edition=product.edition + 1)

    def list_released_versions(self, project: ProjectKey) -> dict[ProductKey, tuple[Version, ...]]:
        """Return the versions in phase `released`, by line, in one query."""
        found = select(releases.c.product, func.array_agg(releases.c.version)).where(
            releases.c.project == project, releases.c.phase == Phase.RELEASED
        )
        rows = self._connection.execute(found.group_by(releases.c.product))
        return {ProductKey(product): tuple(map(Version, versions)) for product, versions in rows}

    def list_versions(self, refs: Iterable[ProductRef]) -> dict[ProductRef, tuple[Version, ...]]:
        """Return the released versions of many lines in one query."""
        place = tuple_(releases.c.project, releases.c.product)
        wanted = [(ref.project, ref.product) for ref in refs]
        found = (
            select(releases.c.project, releases.c.product, func.array_agg(releases.c.version))
            .where(place.in_(wanted), releases.c.phase == Phase.RELEASED)
            .group_by(releases.c.project, releases.c.product)
        )
        return {
            ProductRef(ProjectKey(project), ProductKey(product)): tuple(map(Version, versions))
            for project, product, versions in self._connection.execute(found)
        }

    def list_all_versions(self, ref: ProductRef) -> tuple[Version, ...]:
        """Return the versions of all releases of the line, whatever their phase."""
        found = select(releases.c.version).where(
            releases.c.project == ref.project, releases.c.product == ref.product
        )
        return tuple(Version(each) for each in self._connection.scalars(found))

    def count_releases(self, project: ProjectKey) -> dict[ProductKey, dict[Stage, int]]:
        """Return how many releases each line has in each stage, in one query; empty stages are left out."""
        found = select(releases.c.product, releases.c.phase, func.count()).where(
            releases.c.project == project
        )
        counts: dict[ProductKey, dict[Stage, int]] = {}
        rows = self._connection.execute(found.group_by(releases.c.product, releases.c.phase))
        for product, phase, number in rows:
            line, stage = counts.setdefault(ProductKey(product), {}), Phase(phase).stage
            line[stage] = line.get(stage, 0) + number
        return counts


@lru_cache(maxsize=MOST_STATEMENTS)
def _select_line(ref: ProductRef) -> Select[tuple[object, ...]]:
    return _select_lines().where(products.c.project == ref.project, products.c.key == ref.product)


@cache
def _select_lines() -> Select[tuple[object, ...]]:
    return select(*products.c, select_uses().label("uses"))


def _write_product(product: ProductLine) -> dict[str, object]:
    return {
        "name": product.name,
        "version_order": product.version_order,
        "policy": write_override(product.policy),
        "policy_version": product.policy_version,
        "created_at": product.created_at,
    }


def _read_product(stored: RowMapping) -> ProductLine:
    return ProductLine(
        ref=ProductRef(ProjectKey(stored["project"]), ProductKey(stored["key"])),
        name=stored["name"],
        version_order=VersionOrder(stored["version_order"]),
        uses=read_uses(stored["uses"]),
        policy=read_override(stored["policy"]),
        policy_version=stored["policy_version"],
        created_at=stored["created_at"],
        edition=stored["edition"],
    )
