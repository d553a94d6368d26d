# SPDX-License-Identifier: Apache-2.0
"""What a project tells the checks, and which level set it."""

from datetime import UTC, datetime

import pytest

from atr.domain.check_policy import (
    DEFAULT_CHECKS,
    OPTIONAL_CHECKS,
    ArtifactKind,
    CheckPolicy,
    CheckPolicyOverride,
    CheckPolicyVersion,
    LicenceChecker,
    compose_checks,
    refuse_faulty_checks,
)
from atr.domain.errors import Invalid
from atr.domain.names import ChannelKey, UserId
from atr.domain.policy import PolicyLevel

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("example-1.0-src.tar.gz", ArtifactKind.SOURCE),
        ("example-1.0.zip", ArtifactKind.SOURCE),
        ("example-1.0-bin.tar.gz", ArtifactKind.BINARY),
        ("java/example-1.0.jar", ArtifactKind.BINARY),
        ("example-1.0.pdf", ArtifactKind.OTHER),
    ],
)
def test_the_policy_tells_sources_from_binaries(name: str, kind: ArtifactKind) -> None:
    assert CheckPolicy().classify(name) is kind


def test_globs_may_name_whole_paths() -> None:
    policy = CheckPolicy(source_globs=("source/*",), binary_globs=())
    assert policy.classify("source/x.bin") is ArtifactKind.SOURCE
    assert policy.classify("x.tar.gz") is ArtifactKind.OTHER


def save(number: int, override: CheckPolicyOverride) -> CheckPolicyVersion:
    return CheckPolicyVersion(number, override, NOW, UserId("ann"))


def test_a_product_line_overrides_its_project_field_by_field() -> None:
    project = save(3, CheckPolicyOverride(licence_checker=LicenceChecker.RAT, excluded_globs=("a/*",)))
    product = save(2, CheckPolicyOverride(excluded_globs=()))
    effective = compose_checks(DEFAULT_CHECKS, project, product)
    assert effective.policy == CheckPolicy(licence_checker=LicenceChecker.RAT)
    assert effective.version == "3.2"
    assert effective.levels["licence_checker"] is PolicyLevel.PROJECT
    assert effective.levels["excluded_globs"] is PolicyLevel.PRODUCT
    assert effective.levels["licence"] is PolicyLevel.FOUNDATION


def test_where_nothing_was_saved_the_foundation_decides() -> None:
    effective = compose_checks(CheckPolicy(header_text="Ours"), None, None)
    assert (effective.policy.header_text, effective.version) == ("Ours", "0.0")
    assert set(effective.levels.values()) == {PolicyLevel.FOUNDATION}


def test_the_defaults_stand() -> None:
    refuse_faulty_checks(DEFAULT_CHECKS)
    refuse_faulty_checks(CheckPolicy(required_checks=tuple(OPTIONAL_CHECKS), excluded_globs=("a[0-9]/*",)))
    refuse_faulty_checks(CheckPolicy(licence="MIT", licence_text="Permission is hereby granted"))


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (CheckPolicy(source_globs=()), "source_globs"),
        (CheckPolicy(binary_globs=("",)), "binary_globs"),
        (CheckPolicy(binary_globs=("/etc/*",)), "binary_globs"),
        (CheckPolicy(excluded_globs=("a/../b",)), "excluded_globs"),
        (CheckPolicy(excluded_globs=(" a",)), "excluded_globs"),
        (CheckPolicy(excluded_globs=("a[b",)), "excluded_globs"),
        (CheckPolicy(excluded_globs=("a\nb",)), "excluded_globs"),
        (CheckPolicy(generated_globs=("x" * 301,)), "generated_globs"),
        (CheckPolicy(generated_globs=("x",) * 501), "generated_globs"),
        (CheckPolicy(licence="not a licence", licence_text="x"), "licence"),
        (CheckPolicy(licence="MIT"), "licence_text"),
        (CheckPolicy(licence_text="x" * 100_001), "licence_text"),
        (CheckPolicy(header_text="x" * 10_001), "header_text"),
        (CheckPolicy(notice_attribution="x" * 1_001), "notice_attribution"),
        (CheckPolicy(notice_attribution="\x07"), "notice_attribution"),
        (CheckPolicy(required_channels=(ChannelKey("npm"),) * 51), "required_channels"),
        (CheckPolicy(required_checks=("no such check",)), "required_checks"),
    ],
)
def test_what_no_release_could_be_examined_by_is_refused(policy: CheckPolicy, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        refuse_faulty_checks(policy)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_all_faults_are_told_at_once_with_what_there_is_to_choose_from() -> None:
    policy = CheckPolicy(source_globs=(), excluded_globs=("/",), required_checks=("rat",))
    with pytest.raises(Invalid, match="apache rat, version control, rebuild") as caught:
        refuse_faulty_checks(policy)
    assert {problem.field for problem in caught.value.problems} == {
        "source_globs",
        "excluded_globs",
        "required_checks",
    }
