# SPDX-License-Identifier: Apache-2.0
"""Projects and product lines say what is wrong with them, and which policy holds."""

from dataclasses import fields, replace

import pytest

from atr.domain.channel_use import ChannelUse
from atr.domain.errors import Invalid
from atr.domain.names import MAIN, ChannelKey, MailAddress, ProductKey, ProductRef, ProjectKey
from atr.domain.policy import FOUNDATION_DEFAULT, PolicyLevel, PolicyOverride
from atr.domain.project import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    MailingLists,
    ProductLine,
    Project,
    ProjectStatus,
    check_product,
    check_project,
    find_policy,
    trace_policy,
)

KEY = ProjectKey("demo")
PROJECT = Project(KEY, "Sample Demo")
MAIN_LINE = ProductLine(ProductRef(KEY, ProductKey(MAIN)), "Sample Demo")
TOOLS = ProductLine(ProductRef(KEY, ProductKey("tools")), "Sample Tools")
NPM, PYPI = ChannelKey("npm"), ChannelKey("pypi")
PROJECT_FAULTS = [
    ({"name": ""}, "name"),
    ({"name": " Demo"}, "name"),
    ({"name": "De\nmo"}, "name"),
    ({"name": "x" * (LONGEST_NAME + 1)}, "name"),
    ({"description": "x" * (LONGEST_DESCRIPTION + 1)}, "description"),
    ({"homepage": "demo.example.org"}, "homepage"),
    ({"homepage": "javascript:alert(1)"}, "homepage"),
    ({"homepage": 'https://demo.example.org/"><script>'}, "homepage"),
    ({"status": ProjectStatus.PODLING}, "sponsor"),
    ({"sponsor": KEY}, "sponsor"),
]


def test_a_plain_project_passes() -> None:
    check_project(PROJECT)
    check_project(replace(PROJECT, homepage="https://demo.example.org/", description="x" * 100))
    check_project(replace(PROJECT, status=ProjectStatus.PODLING, sponsor=ProjectKey("incubator")))


@pytest.mark.parametrize(("change", "field"), PROJECT_FAULTS)
def test_a_faulty_field_of_a_project_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_project(replace(PROJECT, **change))  # type: ignore[arg-type]
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_all_faults_of_a_project_are_named_at_once() -> None:
    faulty = replace(PROJECT, name="", homepage="x", status=ProjectStatus.PODLING)
    with pytest.raises(Invalid) as refusal:
        check_project(faulty)
    assert [problem.field for problem in refusal.value.problems] == ["name", "homepage", "sponsor"]


def test_only_podlings_need_a_second_round() -> None:
    podlings = {status for status in ProjectStatus if replace(PROJECT, status=status).is_podling}
    assert podlings == {ProjectStatus.PODLING}


def test_the_main_line_is_known_by_its_key() -> None:
    assert MAIN_LINE.is_main
    assert not TOOLS.is_main


def test_a_line_has_a_name_and_knows_its_channels() -> None:
    uses = (ChannelUse(NPM), ChannelUse(PYPI, required=True))
    line = replace(TOOLS, uses=uses)
    assert (line.channels, line.required_channels) == ((NPM, PYPI), (PYPI,))
    check_product(line)
    with pytest.raises(Invalid) as refusal:
        check_product(replace(TOOLS, name=""))
    assert [problem.field for problem in refusal.value.problems] == ["name"]


def test_vote_mail_goes_to_the_dev_list_by_default() -> None:
    dev = MailAddress("dev@demo.example.org")
    project = replace(PROJECT, mailing_lists=MailingLists(dev=dev))
    assert find_policy(PROJECT, None).policy.mail_to == ()
    assert find_policy(project, None).policy.mail_to == (dev,)
    own = replace(project, policy=PolicyOverride(mail_to=(MailAddress("a@b"),)))
    assert find_policy(own, TOOLS).policy.mail_to == ("a@b",)


def test_a_line_lays_its_override_over_the_projects() -> None:
    project = replace(PROJECT, policy=PolicyOverride(min_hours=24, min_binding=4), policy_version=2)
    line = replace(TOOLS, policy=PolicyOverride(min_hours=0), policy_version=5)
    of_project, of_line = find_policy(project, None), find_policy(project, line)
    assert (of_project.policy.min_hours, of_project.version) == (24, "2.0")
    assert (of_line.policy.min_hours, of_line.policy.min_binding, of_line.version) == (0, 4, "2.5")


def test_the_foundation_may_have_defaults_of_its_own() -> None:
    default = replace(FOUNDATION_DEFAULT, min_hours=96)
    assert find_policy(PROJECT, TOOLS, default).policy.min_hours == 96


def test_each_field_of_a_policy_knows_who_set_it() -> None:
    dev = MailingLists(dev=MailAddress("dev@demo.example.org"))
    project = replace(PROJECT, mailing_lists=dev, policy=PolicyOverride(min_hours=24, min_binding=4))
    line = replace(TOOLS, policy=PolicyOverride(min_hours=0))
    levels = trace_policy(project, line)
    assert levels["min_hours"] is PolicyLevel.PRODUCT
    assert levels["min_binding"] is PolicyLevel.PROJECT
    assert levels["auto_resolve"] is PolicyLevel.FOUNDATION
    assert levels.keys() == {each.name for each in fields(FOUNDATION_DEFAULT)}
    assert trace_policy(PROJECT, None)["mail_to"] is PolicyLevel.FOUNDATION
    assert trace_policy(project, None)["mail_to"] is PolicyLevel.DEV_LIST
