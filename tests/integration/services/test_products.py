# SPDX-License-Identifier: Apache-2.0
"""Product lines are added and changed."""

from dataclasses import replace

import pytest

from atr.domain.channel_use import ChannelChoice, ChannelUse
from atr.domain.errors import ChangedMeanwhile, Conflict, Denied, Invalid, NotFound
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ProductRef, ReleaseKey
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.domain.policy import PolicyChange, PolicyOverride
from atr.domain.project import ProductChange
from atr.domain.release import Release
from atr.domain.versions import VersionOrder
from atr.ports.repositories.events import EventFilter
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.events import ListEvents
from atr.services.policies import ListPolicyVersions
from atr.services.products import CreateProduct, EditProduct
from atr.services.project_views import ListProducts, ShowProduct
from tests.support.channels import make_channels
from tests.support.door import NOON
from tests.support.playground import act_as, make_line, make_project

TOOLS = ProductRef.parse("demo/tools")
NPM, PYPI = ChannelKey("npm"), ChannelKey("pypi")


def test_a_pmc_member_adds_a_line(door: Door) -> None:
    make_project(door)
    make_channels(door)
    choice = ChannelChoice(channels=(NPM, PYPI), required_channels=(PYPI,))
    command = CreateProduct(TOOLS, "Tools", VersionOrder.CALVER, choice)
    made = door.perform(act_as(door, "alice"), command).product
    shown = door.ask(ANONYMOUS, ShowProduct(TOOLS)).product
    assert made == shown
    assert (shown.version_order, shown.channels, shown.required_channels, shown.created_at) == (
        VersionOrder.CALVER,
        (NPM, PYPI),
        (PYPI,),
        NOON,
    )
    lines = door.ask(ANONYMOUS, ListProducts(TOOLS.project))
    assert [line.product.ref.product for line in lines] == ["main", "tools"]


def test_keys_of_lines_are_taken_once(door: Door) -> None:
    make_project(door)
    make_line(door)
    with pytest.raises(Conflict, match="There is a product line demo/tools already"):
        make_line(door)


def test_others_than_pmc_and_sysadmins_add_and_change_no_line(door: Door) -> None:
    make_project(door)
    make_line(door)
    for user in ("rm", "dave"):
        actor = act_as(door, user)
        with pytest.raises(Denied, match="Only PMC members and sysadmins change a product line"):
            door.perform(actor, CreateProduct(ProductRef.parse("demo/more"), "More"))
        with pytest.raises(Denied):
            door.perform(actor, EditProduct(TOOLS, ProductChange(name="Mine")))


def test_only_given_fields_of_a_line_change(door: Door) -> None:
    make_project(door)
    old = make_line(door)
    make_channels(door)
    choice = ChannelChoice(channels=(NPM,), required_channels=(NPM,))
    view = door.perform(act_as(door, "alice"), EditProduct(TOOLS, ProductChange(), channels=choice))
    assert view.product == replace(old, uses=(ChannelUse(NPM, required=True),), edition=2)
    event = door.ask(ANONYMOUS, ListEvents(EventFilter(TOOLS.project, TOOLS.product))).items[0].event
    assert event.name == "product.edited"
    assert event.details == {
        "channels": ("npm",),
        "channels_before": (),
        "required_channels": ("npm",),
        "required_channels_before": (),
        "uses": ("npm: required",),
        "uses_before": (),
    }


def test_fields_and_policy_of_a_line_change_together(door: Door) -> None:
    make_project(door)
    make_line(door)
    command = EditProduct(TOOLS, ProductChange(name="New"), PolicyChange(min_hours=96))
    view = door.perform(act_as(door, "alice"), command)
    assert (view.product.name, view.product.policy) == ("New", PolicyOverride(min_hours=96))
    assert (view.policy.policy.min_hours, view.policy.version, view.product.edition) == (96, "0.1", 2)
    assert [each.version.number for each in door.ask(ANONYMOUS, ListPolicyVersions(TOOLS))] == [1]
    event = door.ask(ANONYMOUS, ListEvents(EventFilter(TOOLS.project))).items[0].event
    assert (event.details["name"], event.details["min_hours"]) == ("New", 96)


def test_a_forbidden_policy_undoes_the_whole_change(door: Door) -> None:
    make_project(door)
    line = make_line(door)
    with pytest.raises(Invalid, match="At least 3 binding"):
        door.perform(OPERATOR, EditProduct(TOOLS, ProductChange(name="New"), PolicyChange(min_binding=1)))
    assert door.ask(ANONYMOUS, ShowProduct(TOOLS)).product == line


def test_a_line_that_changed_meanwhile_is_not_overwritten(door: Door) -> None:
    make_project(door)
    make_line(door)
    door.perform(OPERATOR, EditProduct(TOOLS, ProductChange(name="First"), expected=1))
    with pytest.raises(ChangedMeanwhile, match="The product line demo/tools was changed in the meantime"):
        door.perform(OPERATOR, EditProduct(TOOLS, ProductChange(name="Second"), expected=1))


def test_a_faulty_line_is_neither_added_nor_changed(door: Door) -> None:
    make_project(door)
    with pytest.raises(Invalid, match="Required but not among the line's channels: npm"):
        door.perform(
            OPERATOR, CreateProduct(TOOLS, "Tools", channels=ChannelChoice(required_channels=(NPM,)))
        )
    with pytest.raises(Invalid, match="There is no channel npm"):
        door.perform(OPERATOR, CreateProduct(TOOLS, "Tools", channels=ChannelChoice(channels=(NPM,))))
    make_line(door)
    with pytest.raises(Invalid):
        door.perform(OPERATOR, EditProduct(TOOLS, ProductChange(name="")))


def test_the_order_of_versions_fits_all_releases(door: Door, open_unit: OpenUnit) -> None:
    make_project(door)
    make_line(door)
    with open_unit() as unit:
        for version in ("2026.11", "2026"):
            key = ReleaseKey.parse(f"demo/tools/{version}")
            unit.releases.add(Release(key, Phase.COMPOSE, NOON, "rm", NOON))
        unit.commit()
    with pytest.raises(Invalid, match="Releases of this line do not fit the order calver: 2026"):
        door.perform(OPERATOR, EditProduct(TOOLS, ProductChange(version_order=VersionOrder.CALVER)))
    same = EditProduct(TOOLS, ProductChange(version_order=VersionOrder.SEMVER))
    assert door.perform(OPERATOR, same).product.version_order is VersionOrder.SEMVER


def test_the_order_of_versions_changes_while_everything_fits(door: Door) -> None:
    make_project(door)
    make_line(door)
    command = EditProduct(TOOLS, ProductChange(version_order=VersionOrder.DATE))
    assert door.perform(OPERATOR, command).product.version_order is VersionOrder.DATE


def test_a_line_that_is_not_there_is_not_found(door: Door) -> None:
    with pytest.raises(NotFound, match="There is no project demo"):
        door.ask(ANONYMOUS, ShowProduct(TOOLS))
    make_project(door)
    with pytest.raises(NotFound, match="There is no product line demo/tools"):
        door.ask(ANONYMOUS, ShowProduct(TOOLS))
    with pytest.raises(NotFound):
        door.perform(OPERATOR, EditProduct(TOOLS, ProductChange(name="X")))
