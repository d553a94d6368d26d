# SPDX-License-Identifier: Apache-2.0
"""Vote policies are saved as versions and inherited field by field."""

from dataclasses import replace

import pytest

from atr.domain.errors import ChangedMeanwhile, Denied, Invalid, NotFound
from atr.domain.names import MailAddress, ProductRef, ProjectKey
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.domain.policy import FOUNDATION_DEFAULT, INHERIT_ALL, PolicyChange, PolicyOverride
from atr.ports.repositories.events import EventFilter
from atr.services.door import Door
from atr.services.events import ListEvents
from atr.services.policies import ListPolicyVersions, SetPolicy, ShowPolicy
from atr.services.surroundings import Foundation
from tests.support.door import NOON
from tests.support.playground import act_as, make_line, make_project

DEMO = ProjectKey("demo")
TOOLS = ProductRef.parse("demo/tools")
DEV = MailAddress("dev@demo.example.org")
GUESTS = MailAddress("guests@example.net")


@pytest.fixture
def foundation(foundation: Foundation) -> Foundation:
    return replace(foundation, default_policy=replace(FOUNDATION_DEFAULT, min_hours=48))


@pytest.fixture(autouse=True)
def demo(door: Door) -> None:
    make_project(door)
    make_line(door)


def test_at_first_everything_is_inherited(door: Door) -> None:
    view = door.ask(ANONYMOUS, ShowPolicy(TOOLS))
    assert (view.ref, view.own, view.effective.version, view.edition) == (TOOLS, INHERIT_ALL, "0.0", 1)
    assert view.effective.policy == view.inherited
    assert (view.inherited.min_hours, view.inherited.mail_to) == (48, (DEV,))


def test_a_projects_policy_reaches_its_lines(door: Door) -> None:
    alice = act_as(door, "alice")
    saved = door.perform(alice, SetPolicy(DEMO, PolicyChange(min_hours=24, mail_to=(DEV, GUESTS))))
    assert (saved.own.min_hours, saved.effective.version, saved.inherited.min_hours) == (24, "1.0", 48)
    line = door.ask(ANONYMOUS, ShowPolicy(TOOLS))
    assert (line.effective.policy.min_hours, line.effective.policy.mail_to) == (24, (DEV, GUESTS))
    assert (line.own, line.effective.version) == (INHERIT_ALL, "1.0")


def test_null_inherits_again_and_what_is_left_out_stays(door: Door) -> None:
    change = PolicyChange(min_hours=0, pause_for_rm=True, release_checklist="Build it.")
    door.perform(OPERATOR, SetPolicy(TOOLS, change))
    view = door.perform(OPERATOR, SetPolicy(TOOLS, PolicyChange(min_hours=None, pause_for_rm=False)))
    assert view.own == PolicyOverride(release_checklist="Build it.", pause_for_rm=False)
    assert (view.effective.policy.min_hours, view.effective.version, view.edition) == (48, "0.2", 3)


def test_every_save_is_a_version_for_ever(door: Door) -> None:
    door.perform(act_as(door, "alice"), SetPolicy(DEMO, PolicyChange(min_hours=24)))
    door.perform(OPERATOR, SetPolicy(DEMO, PolicyChange(mail_to=(GUESTS,))))
    newest, oldest = door.ask(ANONYMOUS, ListPolicyVersions(DEMO))
    assert (oldest.version.number, oldest.version.override) == (1, PolicyOverride(min_hours=24))
    assert (oldest.version.saved_by, oldest.saved_by_name, oldest.version.saved_at) == (
        "alice",
        "Alice",
        NOON,
    )
    assert newest.version.override == PolicyOverride(mail_to=(GUESTS,), min_hours=24)
    assert (newest.version.saved_by, newest.saved_by_name) == (None, "the operator")
    assert door.ask(ANONYMOUS, ListPolicyVersions(TOOLS)) == ()


def test_a_save_is_recorded_with_what_changed(door: Door) -> None:
    door.perform(act_as(door, "alice"), SetPolicy(TOOLS, PolicyChange(min_hours=24)))
    event = door.ask(ANONYMOUS, ListEvents(EventFilter(DEMO))).items[0].event
    assert (event.name, event.subject.kind, event.subject.name) == ("policy.saved", "policy", "demo/tools")
    assert event.details == {"min_hours": 24, "min_hours_before": None, "version": "0.1"}


@pytest.mark.parametrize("ref", [DEMO, TOOLS])
def test_what_the_foundation_does_not_allow_is_not_saved(door: Door, ref: ProjectKey | ProductRef) -> None:
    with pytest.raises(Invalid) as refusal:
        door.perform(OPERATOR, SetPolicy(ref, PolicyChange(min_hours=-1, min_binding=2)))
    assert [each.field for each in refusal.value.problems] == ["min_hours", "min_binding"]
    assert door.ask(ANONYMOUS, ListPolicyVersions(ref)) == ()
    assert door.ask(ANONYMOUS, ShowPolicy(ref)).own == INHERIT_ALL


def test_a_podling_does_not_vote_by_hand(door: Door) -> None:
    podling = make_project(door, "seedling", sponsor="demo").key
    with pytest.raises(Invalid, match="A podling cannot hold its votes by hand"):
        door.perform(OPERATOR, SetPolicy(podling, PolicyChange(manual_vote=True)))


@pytest.mark.parametrize("ref", [DEMO, TOOLS])
def test_a_policy_that_changed_meanwhile_is_not_overwritten(door: Door, ref: ProjectKey | ProductRef) -> None:
    door.perform(OPERATOR, SetPolicy(ref, PolicyChange(min_hours=1), expected=1))
    with pytest.raises(ChangedMeanwhile):
        door.perform(OPERATOR, SetPolicy(ref, PolicyChange(min_hours=2), expected=1))


@pytest.mark.parametrize("ref", [DEMO, TOOLS])
def test_release_managers_set_no_policy(door: Door, ref: ProjectKey | ProductRef) -> None:
    with pytest.raises(Denied):
        door.perform(act_as(door, "rm"), SetPolicy(ref, PolicyChange(min_hours=0)))


def test_the_policy_of_nothing_is_not_found(door: Door) -> None:
    for ref in (ProjectKey("nowhere"), ProductRef.parse("demo/nothing")):
        with pytest.raises(NotFound):
            door.ask(ANONYMOUS, ShowPolicy(ref))
        with pytest.raises(NotFound):
            door.ask(ANONYMOUS, ListPolicyVersions(ref))
