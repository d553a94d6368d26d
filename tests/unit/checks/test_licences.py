# SPDX-License-Identifier: Apache-2.0
"""LICENSE, NOTICE and DISCLAIMER: where they are, and what they say."""

import tarfile
from importlib.resources import files

import pytest

from atr.domain.check_policy import CheckPolicy
from tests.support.archives import (
    DISCLAIMER,
    LEGAL,
    LICENCE,
    NOTICE,
    TarMember,
    make_tar,
    make_tar_gz,
    make_zip,
)
from tests.support.licence_texts import ISC, MIT
from tests.unit.checks.examination import NAME, Release

ROOT = "example-1.0"
WIP = (files("atr.checks") / "data" / "DISCLAIMER-WIP.txt").read_bytes()


def rules_for(release: Release, files: dict[str, bytes], *more: TarMember) -> list[str]:
    """Return what is found when the source holds these files at its root."""
    members = [TarMember(f"{ROOT}/{name}", content) for name, content in files.items()]
    release.add(NAME, make_tar_gz(*members, *more))
    return release.rules


@pytest.mark.parametrize(
    "files",
    [
        LEGAL,
        {"LICENSE.txt": LICENCE, "NOTICE.md": NOTICE},
        {**LEGAL, "LICENSE": LICENCE + b"\n\nAPPENDIX: third parties\n"},
        {**LEGAL, "LICENSE": LICENCE.replace(b"\n", b"\r\n").replace(b"http:", b"https:")},
        {**LEGAL, "LICENSE": b"\xef\xbb\xbf" + LICENCE},
        {**LEGAL, "licenses/LICENSE": b"of others"},
    ],
)
def test_good_legal_files_find_nothing(release: Release, files: dict[str, bytes]) -> None:
    assert rules_for(release, files) == []


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        ({}, ["archive.empty", "licence.missing", "licence.notice-missing"]),
        ({"x": b"", "NOTICE": NOTICE}, ["licence.missing"]),
        ({"LICENSE": LICENCE}, ["licence.notice-missing"]),
        ({**LEGAL, "LICENSE.txt": LICENCE}, ["licence.several"]),
        ({**LEGAL, "NOTICE.txt": NOTICE}, ["licence.notice-several"]),
        ({**LEGAL, "LICENSE": LICENCE[:9000]}, ["licence.text"]),
        ({**LEGAL, "LICENSE": LICENCE.replace(b"perpetual", b"temporary", 1)}, ["licence.text"]),
        ({**LEGAL, "LICENSE": b"MIT License\n\n" + LICENCE}, ["licence.not-first"]),
        ({**LEGAL, "NOTICE": NOTICE.partition(b"\n")[2]}, ["licence.notice-product"]),
        ({**LEGAL, "NOTICE": NOTICE.replace(b"Copyright", b"Made")}, ["licence.notice-copyright"]),
        ({**LEGAL, "NOTICE": NOTICE.replace(b"developed", b"written")}, ["licence.notice-attribution"]),
    ],
)
def test_each_fault_is_named(release: Release, files: dict[str, bytes], rules: list[str]) -> None:
    assert rules_for(release, files) == rules


def test_the_place_of_a_difference_is_told(release: Release) -> None:
    rules_for(release, {**LEGAL, "LICENSE": LICENCE.replace(b"perpetual", b"temporary", 1)})
    (finding,) = [each for each in release.examine() if each.rule == "licence.text"]
    assert "'temporary worldwide non exclusive no charge'" in finding.message
    assert finding.member == f"{ROOT}/LICENSE"


def test_a_link_is_no_licence(release: Release) -> None:
    link = TarMember(f"{ROOT}/LICENSE", type=tarfile.SYMTYPE, link="docs/LICENSE")
    assert rules_for(release, {"NOTICE": NOTICE}, link) == ["licence.not-a-file"]


def test_the_attribution_is_policy(release: Release) -> None:
    release.describe(policy=CheckPolicy(notice_attribution="developed at The Example Foundation"))
    assert release.rules == []
    release.describe(policy=CheckPolicy(notice_attribution="developed at Another Place"))
    assert release.rules == ["licence.notice-attribution"]


def test_the_licence_is_policy(release: Release) -> None:
    release.describe(policy=CheckPolicy(licence="MIT", licence_text="Permission is hereby granted"))
    assert release.rules == ["licence.text"]
    assert rules_for(release, {**LEGAL, "LICENSE": b"Permission  is hereby\ngranted, free"}) == []


def test_a_licence_that_is_not_known_is_an_error_and_not_a_pass(release: Release) -> None:
    release.describe(policy=CheckPolicy(licence="Unheard-Of"))
    assert release.rules == ["check.failed"]


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        ({"DISCLAIMER": DISCLAIMER}, []),
        ({"DISCLAIMER-WIP": DISCLAIMER + WIP}, []),
        ({"DISCLAIMER-WIP": DISCLAIMER}, ["licence.disclaimer-words"]),
        ({"DISCLAIMER": b"The project is in incubation."}, ["licence.disclaimer-words"]),
        ({"DISCLAIMER": DISCLAIMER.replace(b"Apache Incubator", b"Apache Example PMC")}, []),
        ({}, ["licence.disclaimer-missing"]),
        ({"DISCLAIMER": b"no warranty"}, ["licence.disclaimer-text"]),
    ],
)
def test_a_podling_carries_a_disclaimer(release: Release, files: dict[str, bytes], rules: list[str]) -> None:
    release.describe(podling=True)
    assert [rule for rule in rules_for(release, LEGAL | files) if rule.startswith("licence")] == rules


@pytest.mark.parametrize(
    ("name", "folder", "found"),
    [
        ("example-1.0.jar", "META-INF/", True),
        ("example-1.0.jar", "other/", False),
        ("example-1.0-py3-none-any.whl", "example-1.0.dist-info/", True),
        ("example-1.0-py3-none-any.whl", "example-1.0.dist-info/licenses/", True),
        ("example-1.0-py3-none-any.whl", "", False),
        ("example-1.0-bin.zip", "example-1.0/", True),
        ("example-1.0-bin.zip", "", True),
        ("example-1.0-bin.zip", "example-1.0/docs/", False),
    ],
)
def test_binaries_keep_them_where_their_format_does(
    release: Release, name: str, folder: str, *, found: bool
) -> None:
    release.add(name, make_zip({f"{folder}{file}": content for file, content in LEGAL.items()}))
    missing = [] if found else ["licence.missing", "licence.notice-missing"]
    assert [rule for rule in release.rules if rule.startswith("licence")] == missing


def test_what_lies_near_is_named(release: Release) -> None:
    rules_for(release, {"module/LICENSE": LICENCE, "NOTICE": NOTICE})
    (finding,) = [each for each in release.examine() if each.rule == "licence.missing"]
    assert finding.message == f"There is no LICENSE at the root; {ROOT}/module/LICENSE is elsewhere."


def test_a_gem_keeps_them_in_its_inner_archive(release: Release) -> None:
    inner = make_tar_gz(*(TarMember(name, content) for name, content in LEGAL.items()))
    release.add("example-1.0.gem", make_tar(TarMember("metadata.gz"), TarMember("data.tar.gz", inner)))
    assert [rule for rule in release.rules if rule.startswith("licence")] == []


def test_an_npm_package_keeps_them_in_its_folder(release: Release) -> None:
    members = [TarMember(f"package/{name}", content) for name, content in LEGAL.items()]
    release.add("example-1.0.tgz", make_tar_gz(*members))
    assert [rule for rule in release.rules if rule.startswith("licence")] == []


def test_a_jar_may_gather_the_licences_of_its_parts(release: Release) -> None:
    contents = {"META-INF/LICENSE.txt": MIT.encode(), "META-INF/license/LICENSE.netty.txt": b"of netty"}
    release.add(
        "example-1.0.jar", make_zip({f"META-INF/{each}": text for each, text in LEGAL.items()} | contents)
    )
    assert [rule for rule in release.rules if rule.startswith("licence")] == []


@pytest.mark.parametrize(
    ("licence", "text", "rules"),
    [
        ("MIT", MIT, []),
        ("MIT", f"Copyright 2020 Somebody\n{MIT}\n{ISC}", []),
        ("MIT", f"{ISC}\n{MIT}", ["licence.not-first"]),
        ("MIT", ISC, ["licence.text"]),
        ("BSD-3-Clause", "nothing", ["licence.text"]),
    ],
)
def test_any_licence_of_the_spdx_list_may_be_the_project_s(
    release: Release, licence: str, text: str, rules: list[str]
) -> None:
    release.describe(policy=CheckPolicy(licence=licence))
    assert [
        rule for rule in rules_for(release, LEGAL | {"LICENSE": text.encode()}) if "licence" in rule
    ] == rules


def test_other_archives_need_none(release: Release) -> None:
    release.describe(policy=CheckPolicy(source_globs=("*-src.*",), binary_globs=()))
    release.add("example-1.0.zip", make_zip({"example-1.0/x": b""}))
    assert release.rules == []
