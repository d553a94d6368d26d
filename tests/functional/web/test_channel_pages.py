# SPDX-License-Identifier: Apache-2.0
"""Channels and platforms as pages, and how lines choose among them."""

from collections.abc import Callable

import pytest

from atr.domain.channel_use import ChannelUse
from atr.domain.names import ChannelKey, ProductRef
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.platform import DESCRIPTORS, PlatformKey
from atr.services.channel_access import OpenChannel
from atr.services.channel_views import ShowChannel
from atr.services.door import Door
from atr.services.project_views import ShowProduct
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.channels import ADDRESS, TOKEN, make_channel, make_channels
from tests.support.door import RecordedQueue
from tests.support.playground import add_person, make_project
from tests.support.voting import make_bench
from tests.support.website import Client

WalkIn = Callable[[str], Visitor]
NPM = ChannelKey("npm")
LINE = ProductRef.parse("demo")
OF_LINE = "/projects/demo/main/channels"
FIELDS = {"platform": "npm", "key": "npm", "name": "npm", "url": ADDRESS, "promotes": "true"}


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    make_project(door)
    add_person(door, "root", sysadmin=True)
    return lambda user: walk_in(api, door, user)


def list_uses(door: Door) -> tuple[ChannelUse, ...]:
    return door.ask(ANONYMOUS, ShowProduct(LINE)).product.uses


def test_everybody_sees_platforms_and_channels(enter: WalkIn, door: Door) -> None:
    visitor = enter("")
    assert "No channels yet" in visitor.look("/channels").text
    make_channel(door, credentials=TOKEN, is_test=True)
    make_channel(door, "pypi", PlatformKey.PYPI)
    page = visitor.look("/channels")
    assert {"/channels/npm", "/channels/pypi", "/platforms"} <= set(page.links)
    assert "/channels/new" not in page.links
    assert "No credentials" in page.text
    platforms = visitor.look("/platforms").text
    assert all(each.name in platforms for each in DESCRIPTORS.values())
    shown = visitor.look("/channels/npm")
    assert "stored, encrypted; never shown" in shown.text
    assert "/channels/npm/edit" not in shown.links
    assert TOKEN["token"] not in shown.answer.text
    assert visitor.look("/channels/nowhere").status == 404


def test_a_sysadmin_adds_a_channel_on_a_chosen_platform(enter: WalkIn, door: Door) -> None:
    root = enter("root")
    assert "/channels/new?platform=npm" in root.look("/channels/new").links
    assert root.look("/channels/new?platform=npm").values["promotes"] == "true"
    assert "promotes" not in root.look("/channels/new?platform=mavencentral").values
    added = root.send("/channels/new", FIELDS | TOKEN | {"automation_endpoint": "acme/demo/push.yml@main"})
    assert added.leads_to == "/channels/npm"
    assert "was added: test it now" in root.look("/channels/npm").text
    channel = door.ask(ANONYMOUS, ShowChannel(NPM)).channel
    assert (channel.has_credentials, channel.promotes, channel.local) == (True, True, False)
    assert dict(door.ask(SERVICE, OpenChannel(NPM)).site.secret) == TOKEN
    for path in ("/channels/new", "/channels/new?platform=npm", "/channels/npm/edit"):
        assert enter("alice").look(path).status == 403


def test_a_refused_form_comes_back_without_the_secret(enter: WalkIn, door: Door) -> None:
    root = enter("root")
    refused = root.send("/channels/new", FIELDS | TOKEN | {"url": "registry"})
    assert (refused.status, refused.values["url"], refused.values["token"]) == (422, "registry", "")
    assert "Write a whole address" in refused.text
    assert TOKEN["token"] not in refused.answer.text
    wrong = root.send("/channels/new", FIELDS | {"platform": "mavencentral", "password": "only this"})
    assert (wrong.status, wrong.values["password"]) == (422, "")
    assert "Give the username" in wrong.text
    assert root.send("/channels/new", FIELDS | {"key": "new"}).status == 422
    assert root.send("/channels/new", FIELDS | {"platform": "rubygems"}).status == 422
    make_channel(door)
    assert root.send("/channels/new", FIELDS).status == 409


def test_a_channel_is_changed_and_keeps_its_credentials(enter: WalkIn, door: Door) -> None:
    make_channel(door, credentials=TOKEN)
    root = enter("root")
    form = {"edition": "1", "name": "New", "url": ADDRESS}
    assert root.look("/channels/npm/edit").values["name"] == "The npm"
    assert root.send("/channels/npm/edit", form).leads_to == "/channels/npm"
    assert door.ask(ANONYMOUS, ShowChannel(NPM)).channel.promotes is False
    assert dict(door.ask(SERVICE, OpenChannel(NPM)).site.secret) == TOKEN
    again = root.send("/channels/npm/edit", form | TOKEN)
    assert (again.status, again.values["name"]) == (412, "New")
    assert TOKEN["token"] not in again.answer.text
    assert root.send("/channels/npm/edit", form | {"edition": "2", "token": "next"}).status == 303
    assert dict(door.ask(SERVICE, OpenChannel(NPM)).site.secret) == {"token": "next"}
    assert root.send("/channels/npm/edit", form | {"edition": "3", "forget": "true"}).status == 303
    assert not door.ask(ANONYMOUS, ShowChannel(NPM)).channel.has_credentials


def test_a_channel_is_tested_and_removed_by_its_page(
    enter: WalkIn, door: Door, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    make_channel(door)
    bench, root = make_bench(door, surroundings, queue), enter("root")
    assert root.send("/channels/npm/test", {}).leads_to == "/channels/npm"
    assert "Being tested" in root.look("/channels/npm").text
    bench.work_off()
    assert "Lets us in" in root.look("/channels/npm").text
    bench.registries.visit(ADDRESS).refused_secret = TOKEN["token"]
    make_channel(door, "closed", credentials=TOKEN)
    root.send("/channels/closed/test", {})
    bench.work_off()
    assert "Keeps us out" in root.look("/channels").text
    assert "does not accept the credentials" in root.look("/channels/closed").text
    assert root.send("/channels/closed/delete", {}).leads_to == "/channels"
    assert "The channel closed was removed." in root.look("/channels").text


def test_a_channel_in_use_says_why_it_stays(enter: WalkIn, door: Door) -> None:
    make_channel(door)
    enter("alice").send(f"{OF_LINE}/npm", {"edition": "1", "required": "true"})
    page = enter("root").look("/channels/npm")
    assert "Product lines use it: demo." in page.text
    assert "/projects/demo/main" in page.links


def test_a_line_chooses_channels_one_by_one(enter: WalkIn, door: Door) -> None:
    make_channels(door)
    alice = enter("alice")
    empty = alice.look(OF_LINE)
    assert "Only the download area" in empty.text
    assert {f"{OF_LINE}/npm", f"{OF_LINE}/pypi"} <= set(empty.links)
    use = {"edition": "1", "required": "true", "files": "*.tgz, x-*.tgz", "final_names": "latest v-next"}
    assert alice.send(f"{OF_LINE}/npm", use).leads_to == OF_LINE
    assert alice.send(f"{OF_LINE}/pypi", {"edition": "2", "package": "demo-py"}).leads_to == OF_LINE
    npm = ChannelUse(NPM, True, files=("*.tgz", "x-*.tgz"), final_names=("latest", "v-next"))
    assert list_uses(door) == (npm, ChannelUse(ChannelKey("pypi"), package="demo-py"))
    page = alice.look(OF_LINE).text
    assert "Required" in page
    assert "There are no others" in page
    assert alice.look(f"{OF_LINE}/npm").values["final_names"] == "latest v-next"
    assert alice.send(f"{OF_LINE}/npm", {"edition": "3"}).status == 303
    assert list_uses(door)[0] == ChannelUse(NPM)
    assert f"{OF_LINE}/npm" not in enter("").look(OF_LINE).links
    assert alice.look("/projects/demo/main").links.count(OF_LINE) == 1


def test_a_faulty_use_is_explained_beside_its_field(enter: WalkIn, door: Door) -> None:
    make_channel(door, "scoped", PlatformKey.NPM_SCOPED)
    alice = enter("alice")
    refused = alice.send(f"{OF_LINE}/scoped", {"edition": "1", "staging_name": "v1.2"})
    assert refused.status == 422
    assert "Name the owner: npm (scoped) asks for the scope, without the @." in refused.text
    assert "cannot be a dist-tag" in refused.text
    stale = alice.send(f"{OF_LINE}/scoped", {"edition": "7", "owner_namespace": "acme"})
    assert (stale.status, stale.values["owner_namespace"]) == (412, "acme")
    assert alice.send(f"{OF_LINE}/nowhere", {"edition": "1"}).status == 404
    assert enter("dave").look(f"{OF_LINE}/scoped").status == 403


def test_a_line_gives_a_channel_up(enter: WalkIn, door: Door) -> None:
    make_channels(door)
    alice = enter("alice")
    alice.send(f"{OF_LINE}/npm", {"edition": "1"})
    alice.send(f"{OF_LINE}/pypi", {"edition": "2"})
    assert alice.send(f"{OF_LINE}/npm/leave", {"edition": "2"}).status == 412
    assert alice.send(f"{OF_LINE}/npm/leave", {"edition": "3"}).leads_to == OF_LINE
    assert list_uses(door) == (ChannelUse(ChannelKey("pypi")),)
