# SPDX-License-Identifier: Apache-2.0
"""Channels are added, changed, tested and removed; their credentials go in and never come out."""

import base64
from dataclasses import replace

import pytest

from atr.domain.channel import ChannelChange
from atr.domain.channel_use import ChannelChoice, ChannelUse
from atr.domain.check_policy import CheckPolicyChange
from atr.domain.distribution import Channel, ChannelTest, Distribution, DistributionState
from atr.domain.errors import ChangedMeanwhile, Conflict, Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.keep import KEEP, Keep
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ProductRef
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE
from atr.domain.platform import PlatformKey
from atr.domain.project import ProductChange
from atr.ports.jobs import JobKind
from atr.ports.platforms import Site
from atr.ports.repositories.events import EventFilter
from atr.ports.unit_of_work import OpenUnit
from atr.ports.vault import Unreadable
from atr.services.channel_access import OpenChannel, hide_secrets
from atr.services.channel_tests import NoteTest, TestChannel, TryChannel
from atr.services.channel_views import ChannelView, ListChannels, ShowChannel
from atr.services.channels import ChangeChannel, CreateChannel, DeleteChannel
from atr.services.check_policies import SetCheckPolicy
from atr.services.door import Command, Door
from atr.services.events import ListEvents
from atr.services.products import EditProduct
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from atr.vault import MasterVault
from tests.support.channels import ADDRESS, TOKEN, make_channel, make_channels
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import KEY, Bench, make_bench, read_release

NPM = ChannelKey("npm")
LINE = ProductRef.parse("demo")
BEGIN = CreateRelease(KEY.line, KEY.version)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


def show(door: Door, key: ChannelKey = NPM) -> Channel:
    return door.ask(ANONYMOUS, ShowChannel(key)).channel


def test_sysadmins_add_channels_and_everybody_sees_them(door: Door) -> None:
    root = add_person(door, "root", sysadmin=True)
    channel = Channel(
        NPM, "npm", PlatformKey.NPM, ADDRESS, is_test=True, automation_endpoint="a/b/c.yml@main"
    )
    made = door.perform(root, CreateChannel(channel, TOKEN))
    assert made.channel == replace(channel, has_credentials=True, created_at=NOON)
    assert door.ask(ANONYMOUS, ListChannels()) == (made.channel,)
    assert show(door) == made.channel
    event = door.ask(OPERATOR, ListEvents(EventFilter())).items[0].event
    assert (event.name, event.activity, event.subject.kind) == ("channel.created", "channel admin", "channel")
    assert event.details == {
        "name": "npm",
        "platform": "npm",
        "url": ADDRESS,
        "is_test": True,
        "automation_endpoint": "a/b/c.yml@main",
        "local": False,
        "promotes": True,
        "has_credentials": True,
    }


def test_nobody_else_changes_channels(door: Door) -> None:
    make_project(door)
    make_channel(door)
    commands: tuple[Command[ChannelView], ...] = (
        CreateChannel(Channel(ChannelKey("x"), "x", PlatformKey.NPM, ADDRESS)),
        ChangeChannel(NPM, ChannelChange(name="x")),
        TestChannel(NPM),
    )
    for actor, refusal in ((act_as(door, "alice"), Denied), (ANONYMOUS, NotSignedIn)):
        for command in commands:
            with pytest.raises(refusal):
                door.perform(actor, command)
        with pytest.raises(refusal):
            door.perform(actor, DeleteChannel(NPM))


def test_keys_of_channels_are_taken_once(door: Door) -> None:
    make_channel(door)
    with pytest.raises(Conflict, match="There is a channel npm already"):
        make_channel(door)
    with pytest.raises(NotFound, match="There is no channel other"):
        show(door, ChannelKey("other"))


def test_given_fields_change_unless_somebody_was_faster(door: Door) -> None:
    make_channel(door, credentials=TOKEN)
    view = door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(name="New", promotes=False), expected=1))
    assert (view.channel.name, view.channel.promotes, view.channel.edition) == ("New", False, 2)
    assert view.channel.has_credentials
    event = door.ask(OPERATOR, ListEvents(EventFilter())).items[0].event
    assert event.details == {
        "name": "New",
        "name_before": "The npm",
        "promotes": False,
        "promotes_before": True,
    }
    with pytest.raises(ChangedMeanwhile):
        door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(name="Newer"), expected=1))
    with pytest.raises(ChangedMeanwhile):
        door.perform(OPERATOR, DeleteChannel(NPM, expected=1))
    with pytest.raises(Invalid):
        door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(name="")))


def test_a_channel_saved_by_two_keeps_the_first(door: Door, open_unit: OpenUnit) -> None:
    channel = make_channel(door)
    with open_unit() as unit:
        unit.channels.save(channel)
        with pytest.raises(Conflict, match="was changed by somebody else"):
            unit.channels.save(channel)


@pytest.mark.parametrize(
    ("given", "word", "has"), [({"token": "new"}, "replaced", True), (None, "removed", False)]
)
def test_credentials_are_replaced_or_removed(
    door: Door, given: dict[str, str] | None, word: str, *, has: bool
) -> None:
    make_channel(door, credentials=TOKEN)
    view = door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(), given))
    assert view.channel.has_credentials is has
    assert dict(door.ask(SERVICE, OpenChannel(NPM)).site.secret) == (given or {})
    event = door.ask(OPERATOR, ListEvents(EventFilter())).items[0].event
    assert event.details == {"credentials": word}


def test_credentials_do_not_follow_to_another_server(door: Door) -> None:
    make_channel(door, credentials=TOKEN)
    elsewhere = ChannelChange(url="https://registry.example.net/")
    with pytest.raises(Invalid, match="leads to another server") as refusal:
        door.perform(OPERATOR, ChangeChannel(NPM, elsewhere))
    assert refusal.value.problems[0].field == "credentials"
    door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(url=f"{ADDRESS}path/")))
    door.perform(OPERATOR, ChangeChannel(NPM, elsewhere, {"token": "other"}))
    assert show(door).url == "https://registry.example.net/"


@pytest.mark.parametrize(
    "given", [{}, {"token": " "}, {"password": "x"}, {"token": "a\nb"}, {"token": "x" * 10_001}]
)
def test_credentials_are_what_the_platform_asks_for(door: Door, given: dict[str, str]) -> None:
    make_channel(door)
    with pytest.raises(Invalid) as refusal:
        door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(), given))
    assert {problem.field.partition(".")[0] for problem in refusal.value.problems} == {"credentials"}
    told = str(refusal.value)
    assert not any(secret.strip() and len(secret) > 2 and secret in told for secret in given.values())
    assert not show(door).has_credentials


def test_a_platform_that_asks_for_nothing_is_given_nothing(door: Door) -> None:
    made = make_channel(door, "hub", PlatformKey.ARTIFACT_HUB, credentials={})
    assert not made.has_credentials
    with pytest.raises(Invalid, match="Artifact Hub asks for no credentials"):
        door.perform(OPERATOR, ChangeChannel(made.key, ChannelChange(), TOKEN))


def test_only_the_worker_signs_in_to_channels(
    door: Door, open_unit: OpenUnit, surroundings: Surroundings
) -> None:
    make_channel(door, credentials=TOKEN, promotes=False)
    opened = door.ask(SERVICE, OpenChannel(NPM))
    assert (opened.site, dict(opened.site.secret)) == (
        Site(ADDRESS, opened.site.secret, promotes=False),
        TOKEN,
    )
    assert opened.channel == show(door)
    for actor in (ANONYMOUS, OPERATOR, add_person(door, "root", sysadmin=True)):
        with pytest.raises(Denied, match="Only ATR itself"):
            door.ask(actor, OpenChannel(NPM))
    changed = Door(open_unit, SettableClock(), replace(surroundings, vault=MasterVault("another one")))
    with pytest.raises(Unreadable):
        changed.ask(SERVICE, OpenChannel(NPM))


def test_secrets_are_hidden_in_every_form_they_travel_in() -> None:
    site = Site(ADDRESS, {"username": "ann", "password": "hunter2", "empty": ""})
    basic = base64.b64encode(b"ann:hunter2").decode()
    said = f"ann: hunter2 {basic} {base64.b64encode(b'hunter2').decode()}"
    assert hide_secrets(said, site) == "ann: (hidden) (hidden) (hidden)"


def test_a_channel_is_tested_by_a_worker(door: Door, bench: Bench, clock: SettableClock) -> None:
    make_channel(door, credentials=TOKEN)
    asked = door.perform(OPERATOR, TestChannel(NPM)).channel
    assert asked.test == show(door).test == ChannelTest(NOON)
    assert bench.queue.list_arguments(JobKind.TEST_CHANNEL) == ["npm"]
    clock.advance(seconds=3)
    bench.work_off()
    assert show(door).test == ChannelTest(NOON, clock.now, True, "somebody")
    TryChannel(NPM).run(bench.tools)  # once more after a crash: an answer stands there
    assert show(door).edition == 1


def test_a_test_that_fails_says_why_without_the_secret(door: Door, bench: Bench) -> None:
    make_channel(door, credentials=TOKEN, url="https://sesame-7314-open.example.org/")
    bench.registries.visit("https://sesame-7314-open.example.org/").refused_secret = TOKEN["token"]
    door.perform(OPERATOR, TestChannel(NPM))
    bench.work_off()
    test = show(door).test
    assert test is not None
    assert (test.passed, test.result) == (
        False,
        "https://(hidden).example.org/ does not accept the credentials.",
    )


def test_a_test_of_what_was_changed_or_removed_meanwhile_says_nothing(door: Door, bench: Bench) -> None:
    make_channel(door, credentials=TOKEN)
    tested = door.perform(OPERATOR, TestChannel(NPM)).channel
    door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(), {"token": "new"}))
    assert show(door).test is None
    door.keep(NoteTest(tested, True, "somebody"))
    TryChannel.parse("npm").run(bench.tools)
    assert show(door).test is None
    door.perform(OPERATOR, TestChannel(NPM))
    door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(name="Renamed")))
    assert show(door).test == ChannelTest(NOON)
    door.perform(OPERATOR, DeleteChannel(NPM))
    bench.work_off()
    door.keep(NoteTest(tested, True, "somebody"))


def test_another_address_wants_another_test(door: Door, bench: Bench) -> None:
    make_channel(door)
    door.perform(OPERATOR, TestChannel(NPM))
    bench.work_off()
    door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(url=f"{ADDRESS}x/")))
    assert show(door).test is None


def test_a_channel_in_use_stays(door: Door, open_unit: OpenUnit) -> None:
    make_project(door)
    make_channels(door)
    choice = ChannelChoice(uses=(ChannelUse(NPM, required=True),))
    door.perform(OPERATOR, EditProduct(LINE, ProductChange(), channels=choice))
    door.perform(OPERATOR, SetCheckPolicy(LINE, CheckPolicyChange(required_channels=(NPM,))))
    door.perform(OPERATOR, SetCheckPolicy(LINE.project, CheckPolicyChange(required_channels=(NPM,))))
    door.perform(act_as(door, "rm"), BEGIN)
    with open_unit() as unit:
        started = Distribution(KEY, NPM, None, "demo", "1.0", DistributionState.STAGING)
        unit.distributions.save(started)
        unit.commit()
    with pytest.raises(Refused) as refusal:
        door.perform(OPERATOR, DeleteChannel(NPM))
    assert (
        refusal.value.reasons
        == door.ask(ANONYMOUS, ShowChannel(NPM)).reasons
        == (
            "Product lines use it: demo.",
            "What checks are told requires it for: demo, demo/main.",
            "Releases on their way have to reach it: demo/1.0.",
            "Distributions on it are not finished: demo/1.0.",
        )
    )
    door.perform(OPERATOR, DeleteChannel(ChannelKey("pypi")))
    with open_unit() as unit, pytest.raises(Conflict, match="The channel npm is in use"):
        unit.channels.delete(NPM)


def test_a_channel_is_removed_once_nothing_needs_it(door: Door) -> None:
    make_project(door)
    make_channels(door)
    choice = ChannelChoice(channels=(NPM,))
    door.perform(OPERATOR, EditProduct(LINE, ProductChange(), channels=choice))
    door.perform(OPERATOR, SetCheckPolicy(LINE, CheckPolicyChange(required_channels=(NPM,))))
    door.perform(OPERATOR, EditProduct(LINE, ProductChange(), channels=ChannelChoice(channels=())))
    door.perform(OPERATOR, SetCheckPolicy(LINE, CheckPolicyChange(required_channels=None)))
    door.perform(OPERATOR, DeleteChannel(NPM))
    assert [channel.key for channel in door.ask(ANONYMOUS, ListChannels())] == ["pypi"]
    event = door.ask(OPERATOR, ListEvents(EventFilter())).items[0].event
    assert (event.name, event.subject.name, dict(event.details)) == ("channel.deleted", "npm", {})


def test_many_users_are_told_shortly(door: Door, open_unit: OpenUnit) -> None:
    make_channel(door)
    for number in range(7):
        key = f"p{number}"
        make_project(door, key)
        change = EditProduct(ProductRef.parse(key), ProductChange(), channels=ChannelChoice(channels=(NPM,)))
        door.perform(OPERATOR, change)
    with pytest.raises(Refused, match="Product lines use it: p0, p1, p2, p3, p4 and 2 more"):
        door.perform(OPERATOR, DeleteChannel(NPM))


def test_a_line_does_not_take_up_a_channel_that_goes_away(door: Door, open_unit: OpenUnit) -> None:
    make_project(door)
    make_channel(door)
    with open_unit() as unit:
        line = unit.products.find(LINE)
        assert line is not None
        with pytest.raises(Conflict, match="A channel of demo went away"):
            unit.products.save(replace(line, uses=(ChannelUse(ChannelKey("gone")),)))


def test_policies_require_only_channels_there_are(door: Door) -> None:
    make_project(door)
    with pytest.raises(Invalid, match="There is no channel npm"):
        door.perform(OPERATOR, SetCheckPolicy(LINE, CheckPolicyChange(required_channels=(NPM,))))


def test_a_finished_or_set_aside_release_holds_no_channel(door: Door, open_unit: OpenUnit) -> None:
    make_project(door)
    make_channel(door)
    door.perform(act_as(door, "rm"), BEGIN)
    release = read_release(door)
    with open_unit() as unit:
        aside = replace(release, phase=Phase.ABANDONED, package_managers=(NPM,))
        unit.releases.save(aside, Phase.COMPOSE)
        unit.commit()
    door.perform(OPERATOR, DeleteChannel(NPM))


def test_credentials_may_be_kept_by_saying_nothing(door: Door) -> None:
    kept: Keep = KEEP
    make_channel(door, credentials=TOKEN)
    door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(is_test=True), kept))
    assert dict(door.ask(SERVICE, OpenChannel(NPM)).site.secret) == TOKEN
