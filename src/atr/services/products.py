# SPDX-License-Identifier: Apache-2.0
"""Product lines: adding them, and changing how they number and distribute."""

from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.channel_use import ChannelChoice, choose_uses
from atr.domain.destination import check_uses
from atr.domain.errors import ChangedMeanwhile, Invalid, NotFound
from atr.domain.event import EventDetail, Subject, describe_changes
from atr.domain.keep import apply_change, list_given
from atr.domain.names import ProductRef, refuse_reserved_line
from atr.domain.permissions import Activity, Permission
from atr.domain.policy import PolicyChange
from atr.domain.project import ProductChange, ProductLine, check_product
from atr.domain.versions import VersionOrder, fits_order
from atr.services.door import Command, Done, Place, Work
from atr.services.policy_changes import change_line_policy
from atr.services.project_facts import ProductView, view_product
from atr.services.projects import find_project

NO_CHOICE = ChannelChoice()
_CHANNELS = ("channels", "required_channels", "uses")


@dataclass(frozen=True, slots=True)
class CreateProduct(Command[ProductView]):
    """Add a product line to a project."""

    ref: ProductRef
    name: str
    version_order: VersionOrder = VersionOrder.SEMVER
    channels: ChannelChoice = NO_CHOICE
    permission: ClassVar[Permission] = Activity.PRODUCT_ADMIN

    @property
    def place(self) -> Place:
        """Return the line."""
        return Place.of_line(self.ref)

    def carry_out(self, work: Work) -> Done[ProductView]:
        """Add the line; raise Conflict when the key is taken, Invalid with every faulty field."""
        refuse_reserved_line(self.ref.product)
        product = ProductLine(
            ref=self.ref,
            name=self.name,
            version_order=self.version_order,
            uses=choose_uses((), self.channels),
            created_at=work.now,
        )
        check_product(product)
        check_channels(work, product)
        work.unit.products.add(product)
        view = view_product(work, find_project(work, self.ref.project), product)
        details: dict[str, EventDetail] = {"version_order": self.version_order} | describe_changes(
            replace(product, uses=()), product, _CHANNELS
        )
        return Done(view, "product.created", about_product(self.ref), details)


@dataclass(frozen=True, slots=True)
class EditProduct(Command[ProductView]):
    """Change some fields of a product line, its policy too; `expected` is the edition its editor saw."""

    ref: ProductRef
    change: ProductChange
    policy: PolicyChange | None = None
    expected: int | None = None
    channels: ChannelChoice = NO_CHOICE
    permission: ClassVar[Permission] = Activity.PRODUCT_ADMIN

    @property
    def place(self) -> Place:
        """Return the line."""
        return Place.of_line(self.ref)

    def carry_out(self, work: Work) -> Done[ProductView]:
        """Save the changed line; raise Invalid, Conflict or ChangedMeanwhile."""
        project, old = find_project(work, self.ref.project), find_product(work, self.ref, self.expected)
        new = replace(apply_change(old, self.change), uses=choose_uses(old.uses, self.channels))
        check_product(new)
        if new.uses != old.uses:
            check_channels(work, new)
        if new.version_order is not old.version_order:
            _check_order(work, new)
        details = describe_changes(old, new, (*list_given(self.change), *_CHANNELS))
        if self.policy is not None:
            new = change_line_policy(work, project, new, self.policy)
            details |= describe_changes(old.policy, new.policy, list_given(self.policy))
        view = view_product(work, project, work.unit.products.save(new))
        return Done(view, "product.edited", about_product(self.ref), details)


def about_product(ref: ProductRef, kind: str = "product") -> Subject:
    """Return the subject of an event about a product line or a part of it."""
    return Subject(kind, str(ref), ref.project, ref.product)


def find_product(work: Work, ref: ProductRef, expected: int | None = None) -> ProductLine:
    """Return the line; raise NotFound, or ChangedMeanwhile when it is not of the expected edition."""
    product = work.unit.products.find(ref)
    if product is None:
        raise NotFound("product line", ref)
    if expected is not None and product.edition != expected:
        raise ChangedMeanwhile("product line", ref)
    return product


def check_channels(work: Work, product: ProductLine) -> None:
    """Raise Invalid unless the line's channels are there and can be used as it says; they stay meanwhile."""
    held = work.unit.channels.hold(product.channels)
    check_uses(product.uses, {key: channel.platform for key, channel in held.items()})


def _check_order(work: Work, product: ProductLine) -> None:
    versions = work.unit.products.list_all_versions(product.ref)
    misfits = sorted(each for each in versions if not fits_order(each, product.version_order))
    if misfits:
        shown = ", ".join(misfits[:10])
        raise Invalid.field(
            "version_order", f"Releases of this line do not fit the order {product.version_order}: {shown}."
        )
