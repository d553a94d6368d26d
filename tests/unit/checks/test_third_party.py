# SPDX-License-Identifier: Apache-2.0
"""Parts of third parties: what is grouped, what is told, and what is the project's own."""

import pytest

from atr.checks.bundled_texts import is_licence_name
from atr.domain.check import Finding
from atr.domain.check_policy import CheckPolicy
from tests.support.archives import LEGAL, LICENCE, make_zip
from tests.support.licence_texts import BSD, ISC, MIT, THIRD
from tests.unit.checks.cases.third_party_cases import (
    DUAL,
    GPL_HEADER,
    LGPL_SPDX,
    MIT_HEADER,
    MPL_HEADER,
    ROOT,
    hold,
)
from tests.unit.checks.examination import NAME, Release

BSD_TEXT = BSD.format(clause=THIRD).encode()


def examine(release: Release, contents: dict[str, bytes], mention: str = "") -> list[Finding]:
    """Return what is found about third parties in a source with these files."""
    hold(contents, mention)(release)
    return [finding for finding in release.examine() if finding.rule.startswith("third-party.")]


def test_files_are_grouped_by_licence_and_top_folder(release: Release) -> None:
    contents = {f"js/deep/{name}.js": MIT_HEADER for name in "abcdefgh"} | {"core/x.c": MIT_HEADER}
    found = [each for each in examine(release, contents) if each.rule == "third-party.not-mentioned"]
    assert [(each.member, each.data["files"]) for each in found] == [
        (f"{ROOT}/core/x.c", 1),
        (f"{ROOT}/js/deep/a.js", 8),
    ]
    assert found[1].data["licences"] == ("MIT",)
    assert len(found[1].data["examples"]) == 5  # type: ignore[arg-type]
    assert "and 7 more" in found[1].message


def test_two_findings_of_a_rule_never_stand_at_the_same_place(release: Release) -> None:
    contents = {"lib/a.c": GPL_HEADER, "lib/b.c": LGPL_SPDX}
    found = [each for each in examine(release, contents) if each.rule == "third-party.forbidden-licence"]
    assert len({each.id for each in found}) == len(found) == 2


def test_a_voter_sees_all_licences_in_one_note(release: Release) -> None:
    contents = {
        "js/a.js": MIT_HEADER,
        "js/b.js": MIT_HEADER,
        "vendor/pb/LICENSE": BSD_TEXT,
        "x.py": MPL_HEADER,
    }
    (note,) = [each for each in examine(release, contents, MIT) if each.rule == "third-party.licences"]
    assert note.data["licences"] == ("MIT", "BSD-3-Clause", "MPL-2.0")
    assert note.data["files"] == 4
    assert note.artifact == NAME
    assert "MIT (2), BSD-3-Clause (1), MPL-2.0 (1)" in note.message


def test_a_text_at_the_end_of_a_pointer_counts_as_mentioned_for_other_files_too(release: Release) -> None:
    contents = {
        "licenses/LICENSE-d3.txt": ISC.encode(),
        "js/d3.js": b"/* Licensed under the ISC license */\n",
    }
    rules = [each.rule for each in examine(release, contents, "\nSee licenses/LICENSE-d3.txt\n")]
    assert rules == ["third-party.licences"]


def test_texts_that_are_longer_than_the_head_are_read_to_the_end(release: Release) -> None:
    contents = {"vendor/all/LICENSE.txt": b"Parts\n" * 2000 + MIT.encode() + BSD_TEXT}
    found = examine(release, contents)
    assert [each.data["licences"] for each in found if each.rule == "third-party.not-mentioned"] == [
        ("BSD-3-Clause",),
        ("MIT",),
    ]


def test_a_module_with_the_project_s_licence_tells_nothing_about_the_source(release: Release) -> None:
    assert examine(release, {"module/LICENSE": LICENCE + MIT.encode()}) == []


def test_what_is_told_about_binaries_is_not_held_against_the_source(release: Release) -> None:
    contents = {"LICENSE-binary": LICENCE + MIT.encode(), "licenses-binary/LICENSE-x.txt": BSD_TEXT}
    assert examine(release, contents) == []


def test_without_a_licence_nothing_is_said_about_what_it_lacks(release: Release) -> None:
    release.add("example-1.0-bin.zip", make_zip({"example-1.0/x.js": MIT_HEADER}))
    rules = [each.rule for each in release.examine() if each.rule.startswith(("third-party", "licence.m"))]
    assert rules == ["licence.missing", "third-party.licences"]


def test_another_foundation_s_licence_is_no_third_party(release: Release) -> None:
    release.describe(policy=CheckPolicy(licence="MIT"))
    assert examine(release, {"a.js": MIT_HEADER, "b.js": DUAL}) == []


def test_a_choice_of_texts_is_judged_by_the_best(release: Release) -> None:
    text = "This is dual licensed: CDDL+GPL, or the MIT license, at your choice.\n" + MIT + ISC
    found = examine(release, {"vendor/both/LICENSE": text.encode()}, MIT)
    assert [each.rule for each in found] == ["third-party.licences"]
    assert found[0].data["licences"] == ("MIT OR ISC",)


def test_a_text_that_only_names_the_project_s_licence_is_its_own(release: Release) -> None:
    text = b"This part is under the Apache License, Version 2.0, as everything around it is.\n"
    assert examine(release, {"part/LICENSE": text}) == []


@pytest.mark.parametrize("folder", ["vendor", "part/lib", "licenses"])
def test_a_folder_whose_name_means_nothing_is_no_mention(release: Release, folder: str) -> None:
    found = examine(
        release, {f"{folder}/LICENSE": BSD_TEXT}, f"\nSee the {folder.rpartition('/')[2]} of this product.\n"
    )
    assert "third-party.not-mentioned" in [each.rule for each in found]


def test_nested_archives_are_not_looked_into(release: Release) -> None:
    assert examine(release, {"lib.zip": make_zip({"x.c": GPL_HEADER})}) == []


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "license.txt",
        "COPYING",
        "COPYING.LESSER",
        "MIT-LICENSE.txt",
        "LICENSE-APACHE",
        "LICENSE_1_0.txt",
        "UNLICENSE",
        "jquery.LICENCE",
        "licences.md",
    ],
)
def test_licence_files_are_known_by_name(name: str) -> None:
    assert is_licence_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "license.py",
        "LicenseHeader.java",
        "check-license.sh",
        "license.png",
        "readme.txt",
        "copyingmachine.txt",
        "license_test.go",
        "LICENSE.sha512",
    ],
)
def test_other_files_are_no_licence_by_name(name: str) -> None:
    assert not is_licence_name(name)


def test_the_same_release_says_the_same_every_time(release: Release) -> None:
    contents = {f"d{at}/f.c": GPL_HEADER for at in range(30)} | LEGAL
    assert examine(release, contents) == examine(release, contents)


def test_thousands_of_folders_are_counted_and_not_kept(release: Release) -> None:
    contents = {f"js/{at}/f.js": MIT_HEADER for at in range(1500)}
    (finding,) = [each for each in examine(release, contents) if each.rule == "third-party.not-mentioned"]
    assert finding.data["files"] == 1500
