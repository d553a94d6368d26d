# SPDX-License-Identifier: Apache-2.0
"""What projects tell the checks: saved as versions, inherited field by field, and examined by at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.check import Basis, Rule, Severity, digest_rules
from atr.domain.check_policy import CheckPolicy, CheckPolicyChange, LicenceChecker
from atr.domain.errors import ChangedMeanwhile, Conflict, Denied, Invalid, NotFound
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey, ReleaseKey
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE
from atr.domain.policy import PolicyLevel
from atr.ports.jobs import JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.unit_of_work import OpenUnit
from atr.services.check_policies import (
    CheckPolicyView,
    ListCheckPolicies,
    SavedChecks,
    SetCheckPolicy,
    ShowCheckPolicy,
)
from atr.services.deadlines import CollectDue, ScheduleUpkeep
from atr.services.door import Door
from atr.services.evaluations import (
    BeginEvaluation,
    FinishEvaluation,
    PrepareExamination,
    RenewEvaluations,
)
from atr.services.events import ListEvents
from atr.services.findings import ShowChecks
from atr.services.products import CreateProduct
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from tests.support.channels import make_channel
from tests.support.door import RULES, RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, StoreFiles

DEMO = ProjectKey("demo")
TOOLS = ProductRef(DEMO, ProductKey("tools"))
BOTH = CheckPolicyChange(licence_checker=LicenceChecker.BOTH, excluded_globs=("docs/*",))


@pytest.fixture(autouse=True)
def project(door: Door) -> None:
    make_project(door)
    door.perform(act_as(door, "alice"), CreateProduct(TOOLS, "Tools"))


def save(door: Door, ref: ProjectKey | ProductRef = DEMO, change: CheckPolicyChange = BOTH) -> SavedChecks:
    return door.perform(act_as(door, "alice"), SetCheckPolicy(ref, change))


def show(door: Door, ref: ProjectKey | ProductRef = DEMO) -> CheckPolicyView:
    return door.ask(ANONYMOUS, ShowCheckPolicy(ref))


def add_files(door: Door, key: ReleaseKey = KEY) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(key.line, key.version))
    door.perform(rm, AddRevision(key, 0, door.keep(StoreFiles({"demo-1.0.tar.gz": b"one"}))))


def finish(door: Door, key: ReleaseKey = KEY) -> None:
    begun_at = door.keep(BeginEvaluation(key, 1))
    assert begun_at is not None
    basis = door.ask(ANONYMOUS, PrepareExamination(key, 1)).basis
    door.perform(SERVICE, FinishEvaluation(key, 1, (), begun_at, basis))


def test_a_line_inherits_from_its_project_what_it_does_not_set(door: Door) -> None:
    save(door)
    save(door, TOOLS, CheckPolicyChange(excluded_globs=()))
    view = show(door, TOOLS)
    assert view.effective.policy == CheckPolicy(licence_checker=LicenceChecker.BOTH)
    assert (view.effective.version, view.number) == ("1.1", 1)
    assert view.effective.levels["licence_checker"] is PolicyLevel.PROJECT
    assert view.inherited.excluded_globs == ("docs/*",)
    assert show(door).effective.version == "1.0"


def test_every_save_is_a_version_with_name_and_moment(door: Door, clock: SettableClock) -> None:
    save(door)
    clock.advance(hours=1)
    save(door, change=CheckPolicyChange(licence_checker=None))
    newest, oldest = door.ask(ANONYMOUS, ListCheckPolicies(DEMO))
    assert (newest.version.number, oldest.version.number) == (2, 1)
    assert oldest.version.override.licence_checker is LicenceChecker.BOTH
    assert newest.version.override.licence_checker is None
    assert newest.version.override.excluded_globs == ("docs/*",)
    assert (newest.version.saved_by, newest.saved_by_name) == ("alice", "Alice")
    event = door.ask(OPERATOR, ListEvents(EventFilter(DEMO))).items[0].event
    assert (event.name, event.details["version"]) == ("check-policy.saved", "2.0")
    assert event.details["licence_checker_before"] == "both"


def test_the_operator_saves_without_a_name(door: Door) -> None:
    door.perform(OPERATOR, SetCheckPolicy(TOOLS, BOTH))
    (version,) = door.ask(ANONYMOUS, ListCheckPolicies(TOOLS))
    assert (version.version.saved_by, version.saved_by_name) == (None, "the operator")


@pytest.mark.parametrize("user", ["rm", "dave"])
def test_only_administrators_save(door: Door, user: str) -> None:
    for ref in (DEMO, TOOLS):
        with pytest.raises(Denied):
            door.perform(act_as(door, user), SetCheckPolicy(ref, BOTH))


def test_what_cannot_stand_is_refused_and_leaves_nothing(door: Door) -> None:
    with pytest.raises(Invalid):
        save(door, change=CheckPolicyChange(source_globs=()))
    save(door, TOOLS, CheckPolicyChange(licence="MIT", licence_text="Permission is hereby granted"))
    with pytest.raises(Invalid, match="Give the text of MIT"):
        save(door, TOOLS, CheckPolicyChange(licence_text=None))
    assert show(door).number == 0
    assert show(door, TOOLS).number == 1


def test_nobody_overwrites_what_was_saved_meanwhile(door: Door, open_unit: OpenUnit) -> None:
    save(door)
    with pytest.raises(ChangedMeanwhile):
        door.perform(act_as(door, "alice"), SetCheckPolicy(DEMO, BOTH, expected=0))
    door.perform(act_as(door, "alice"), SetCheckPolicy(DEMO, BOTH, expected=1))
    with open_unit() as unit:
        version = unit.check_policies.list(DEMO)[0]
        with pytest.raises(Conflict, match="saved by somebody else"):
            unit.check_policies.add(DEMO, version)


def test_what_is_not_there_has_no_policy(door: Door) -> None:
    for ref in (ProjectKey("nowhere"), ProductRef(DEMO, ProductKey("nowhere"))):
        with pytest.raises(NotFound):
            show(door, ref)
        with pytest.raises(NotFound):
            door.ask(ANONYMOUS, ListCheckPolicies(ref))


def test_a_revision_that_is_not_there_is_not_examined(door: Door) -> None:
    add_files(door)
    with pytest.raises(NotFound, match="revision"):
        door.ask(ANONYMOUS, PrepareExamination(KEY, 2))


def test_an_examination_goes_by_the_policy_and_says_which(door: Door) -> None:
    add_files(door)
    save(door)
    examination = door.ask(ANONYMOUS, PrepareExamination(KEY, 1))
    assert examination.facts.policy.excluded_globs == ("docs/*",)
    assert examination.basis == Basis("1.0", digest_rules(RULES.values()))
    finish(door)
    basis = door.ask(ANONYMOUS, ShowChecks(KEY)).basis
    assert (basis.used, basis.is_current) == (examination.basis, True)


def test_saving_has_open_candidates_of_the_place_examined_again(door: Door, queue: RecordedQueue) -> None:
    other, empty = ReleaseKey.parse("demo/tools/1.0"), ReleaseKey.parse("demo/9.0")
    for key in (KEY, other):
        add_files(door, key)
        finish(door, key)
    door.perform(act_as(door, "rm"), CreateRelease(empty.line, empty.version))
    queue.forget()
    assert save(door, TOOLS).examined_again == 1
    assert queue.list_arguments(JobKind.EVALUATE_REVISION) == ["demo/tools/1.0@1"]
    queue.forget()
    assert save(door).examined_again == 2
    assert sorted(queue.list_arguments(JobKind.EVALUATE_REVISION)) == ["demo/main/1.0@1", "demo/tools/1.0@1"]
    evaluation = door.ask(ANONYMOUS, ShowChecks(KEY)).evaluation
    assert evaluation is not None
    assert evaluation.state == "waiting"


def test_what_is_voted_on_is_not_examined_again(
    door: Door, open_unit: OpenUnit, queue: RecordedQueue
) -> None:
    add_files(door)
    with open_unit() as unit:
        release = unit.releases.find(KEY)
        assert release is not None
        unit.releases.save(replace(release, phase=Phase.VOTE, sealed_revision=1), Phase.COMPOSE)
        unit.commit()
    queue.forget()
    assert save(door).examined_again == 0
    assert queue.jobs == []


def test_other_rules_have_open_candidates_examined_again(
    open_unit: OpenUnit,
    clock: SettableClock,
    surroundings: Surroundings,
    queue: RecordedQueue,
    door: Door,
) -> None:
    add_files(door)
    finish(door)
    queue.forget()
    assert door.keep(RenewEvaluations()) == 0
    more = {**RULES, "new.rule": Rule("new.rule", Severity.NOTE, "", "", "")}
    newer = Door(open_unit, clock, replace(surroundings, rules=more))
    assert newer.keep(RenewEvaluations(timedelta(hours=1))) == 0
    assert newer.keep(RenewEvaluations()) == 1
    assert queue.list_arguments(JobKind.EVALUATE_REVISION) == ["demo/main/1.0@1"]
    assert newer.keep(RenewEvaluations()) == 0


def test_upkeep_looks_for_older_rules_every_hour(
    open_unit: OpenUnit, clock: SettableClock, surroundings: Surroundings, queue: RecordedQueue, door: Door
) -> None:
    add_files(door)
    finish(door)
    queue.forget()
    newer = Door(open_unit, clock, replace(surroundings, rules={}))
    newer.keep(ScheduleUpkeep())
    newer.keep(CollectDue())
    assert queue.jobs == []
    for _ in range(2):
        clock.advance(hours=1)
        newer.keep(CollectDue())
    assert queue.list_arguments(JobKind.EVALUATE_REVISION) == ["demo/main/1.0@1"]


def test_releases_begun_later_have_to_go_to_the_channels_the_policy_adds(door: Door) -> None:
    make_channel(door)
    save(door, change=CheckPolicyChange(required_channels=(ChannelKey("npm"),)))
    made = door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    assert made.package_managers == ("npm",)
