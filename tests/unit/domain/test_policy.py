# SPDX-License-Identifier: Apache-2.0
"""Policies are inherited field by field, and the foundation sets the floor."""

from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, builds, integers, none, sampled_from, text, tuples

from atr.domain.errors import Invalid
from atr.domain.keep import KEEP, apply_change, list_given
from atr.domain.names import MailAddress
from atr.domain.policy import (
    FOUNDATION_DEFAULT,
    INHERIT_ALL,
    LONGEST_CHECKLIST,
    LONGEST_HOURS,
    MOST_BINDING,
    MOST_MAIL_ADDRESSES,
    EffectivePolicy,
    PolicyChange,
    PolicyOverride,
    VotePolicy,
    check_policy,
    inherit_policy,
)

DEV = MailAddress("dev@demo.example.org")
OVERRIDES = builds(
    PolicyOverride,
    mail_to=none() | tuples(sampled_from([DEV, MailAddress("users@demo.example.org")])),
    manual_vote=none() | booleans(),
    min_hours=none() | integers(0, LONGEST_HOURS),
    release_checklist=none() | text(max_size=5),
    pause_for_rm=none() | booleans(),
    min_binding=none() | integers(3, 9),
    auto_resolve=none() | booleans(),
)
FAULTS = [
    ({"min_hours": -1}, "min_hours", "Choose 0 to 8760 hours."),
    ({"min_hours": LONGEST_HOURS + 1}, "min_hours", "Choose 0 to 8760 hours."),
    (
        {"min_binding": 2},
        "min_binding",
        "At least 3 binding +1 votes are required; the number may only be raised.",
    ),
    ({"min_binding": MOST_BINDING + 1}, "min_binding", "Require at most 1000 binding +1 votes."),
    ({"mail_to": (DEV,) * (MOST_MAIL_ADDRESSES + 1)}, "mail_to", "Write to at most 20 addresses."),
    (
        {"release_checklist": "x" * (LONGEST_CHECKLIST + 1)},
        "release_checklist",
        "Keep the checklist within 50000 characters.",
    ),
]


def test_the_defaults_are_those_of_the_foundation() -> None:
    assert asdict(FOUNDATION_DEFAULT) == {
        "mail_to": (),
        "manual_vote": False,
        "min_hours": 72,
        "release_checklist": "",
        "pause_for_rm": False,
        "min_binding": 3,
        "auto_resolve": True,
    }


@given(OVERRIDES, OVERRIDES)
def test_each_field_is_inherited_on_its_own(project: PolicyOverride, line: PolicyOverride) -> None:
    effective = inherit_policy(FOUNDATION_DEFAULT, project, line)
    for name in (each.name for each in fields(VotePolicy)):
        layers = (getattr(line, name), getattr(project, name), getattr(FOUNDATION_DEFAULT, name))
        assert getattr(effective, name) == next(value for value in layers if value is not None)


@given(OVERRIDES)
def test_inheriting_everything_changes_nothing(override: PolicyOverride) -> None:
    policy = inherit_policy(FOUNDATION_DEFAULT, override)
    assert inherit_policy(policy, INHERIT_ALL) == policy
    assert inherit_policy(policy, override) == policy


def test_zero_hours_and_empty_lists_are_values_of_their_own() -> None:
    policy = inherit_policy(
        replace(FOUNDATION_DEFAULT, mail_to=(DEV,)), PolicyOverride(mail_to=(), min_hours=0)
    )
    assert (policy.mail_to, policy.min_hours) == ((), 0)


def test_a_vote_records_both_versions() -> None:
    assert EffectivePolicy(FOUNDATION_DEFAULT, 3, 0).version == "3.0"


@pytest.mark.parametrize("podling", [True, False])
@given(OVERRIDES)
def test_an_allowed_policy_passes(podling: bool, override: PolicyOverride) -> None:
    policy = replace(inherit_policy(FOUNDATION_DEFAULT, override), manual_vote=False)
    check_policy(policy, podling=podling)


@pytest.mark.parametrize(("change", "field", "sentence"), FAULTS)
def test_what_the_foundation_does_not_allow_is_named(
    change: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        check_policy(replace(FOUNDATION_DEFAULT, **change), podling=False)  # type: ignore[arg-type]
    assert [(each.field, each.message) for each in refusal.value.problems] == [(field, sentence)]


def test_the_floor_is_the_foundations_own() -> None:
    floor = replace(FOUNDATION_DEFAULT, min_binding=5)
    check_policy(floor, floor, podling=False)
    with pytest.raises(Invalid, match="At least 5 binding"):
        check_policy(FOUNDATION_DEFAULT, floor, podling=False)


def test_only_podlings_may_not_vote_by_hand() -> None:
    manual = replace(FOUNDATION_DEFAULT, manual_vote=True)
    check_policy(manual, podling=False)
    with pytest.raises(Invalid, match="A podling cannot hold its votes by hand"):
        check_policy(manual, podling=True)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        check_policy(VotePolicy(min_hours=-1, min_binding=0, manual_vote=True), podling=True)
    assert [problem.field for problem in refusal.value.problems] == [
        "min_hours",
        "min_binding",
        "manual_vote",
    ]


def test_a_change_sets_inherits_again_or_keeps() -> None:
    old = PolicyOverride(min_hours=24, min_binding=4, pause_for_rm=True)
    change = PolicyChange(min_hours=48, min_binding=None)
    assert list_given(change) == ("min_hours", "min_binding")
    assert apply_change(old, change) == PolicyOverride(min_hours=48, min_binding=None, pause_for_rm=True)


@given(OVERRIDES)
def test_a_change_of_nothing_keeps_everything(override: PolicyOverride) -> None:
    assert apply_change(override, PolicyChange()) == override
    assert all(getattr(PolicyChange(), each.name) is KEEP for each in fields(PolicyChange))


def test_a_change_can_reach_every_field() -> None:
    names = [[each.name for each in fields(kind)] for kind in (PolicyChange, PolicyOverride, VotePolicy)]
    assert names[0] == names[1] == names[2]
