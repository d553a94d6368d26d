# SPDX-License-Identifier: Apache-2.0
"""Projects, rosters, policies and product lines."""

from pathlib import Path

import pytest

from tests.support.playground import make_project
from tests.support.terminal import Site


@pytest.fixture
def demo(site: Site) -> Site:
    """Return the site with a project."""
    make_project(site.door)
    return site


def test_projects_are_listed_and_filtered(demo: Site) -> None:
    make_project(demo.door, "other")
    assert "Sample Demo" in demo.do(None, "project", "list").stdout
    found = demo.do(None, "project", "list", "-q", "other", "--json").data
    assert [each["key"] for each in found["items"]] == ["other"]


def test_an_empty_list_says_so_beside_the_output(demo: Site) -> None:
    ended = demo.do(None, "project", "list", "--status", "retired")
    assert (ended.stdout, ended.stderr) == ("", "There are no such projects.\n")


def test_a_project_is_shown_with_its_lines(demo: Site) -> None:
    said = demo.do(None, "project", "show", "demo").stdout
    assert "dev@demo.example.org" in said
    assert "main" in said
    assert demo.do(None, "project", "show", "demo", "--json").data["key"] == "demo"


def test_an_unknown_project_is_a_failure_with_its_reason(demo: Site) -> None:
    ended = demo.atr(None, "project", "show", "nothing")
    assert (ended.code, ended.stderr) == (1, "atr: There is no project nothing.\n")


def test_a_key_that_can_be_none_is_wrong_usage(demo: Site) -> None:
    ended = demo.atr(None, "project", "show", "No Such Key")
    assert (ended.code, "is not a project key" in ended.stderr) == (2, True)


def test_the_roster_is_shown_with_names(demo: Site) -> None:
    assert "Alice" in demo.do(None, "project", "roster", "demo").stdout
    assert demo.do(None, "project", "roster", "demo", "--json").data["release_managers"] == ["rm"]


def test_a_policy_is_set_from_json_and_inherited_again(demo: Site, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"min_hours": 100, "mail_to": ["vote@example.org"]}')
    assert "version" in demo.do("alice", "project", "policy", "set", "demo", file).stdout
    assert demo.do(None, "project", "policy", "show", "demo", "--json").data["effective"]["min_hours"] == 100
    file.write_text('{"min_hours": null}')
    changed = demo.do("alice", "project", "policy", "set", "demo", file, "--json").data
    assert (changed["own"]["min_hours"], changed["effective"]["min_hours"]) == (None, 72)
    assert changed["own"]["mail_to"] == ["vote@example.org"]


def test_a_policy_of_a_line_is_set_from_toml(demo: Site, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("pause_for_rm = true\n")
    demo.do("alice", "product", "create", "demo", "tools")
    demo.do("alice", "project", "policy", "set", "demo/tools", file)
    said = demo.do(None, "project", "policy", "show", "demo/tools").stdout
    assert "here" in next(line for line in said.splitlines() if line.startswith("pause_for_rm"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "is no JSON"), ('{"hours": 1}', "hours: Extra inputs"), ('{"min_hours": "x"}', "min_hours: ")],
)
def test_a_policy_file_that_is_none_is_refused_with_the_reason(
    demo: Site, tmp_path: Path, content: str, reason: str
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(content)
    ended = demo.atr("alice", "project", "policy", "set", "demo", file)
    assert (ended.code, reason in ended.stderr) == (1, True), ended


def test_whoever_may_not_set_the_policy_is_told_so(demo: Site, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"min_hours": 0}')
    ended = demo.atr("dave", "project", "policy", "set", "demo", file)
    assert (ended.code, ended.stderr.startswith("atr: ")) == (1, True)


def test_product_lines_are_made_changed_and_listed(demo: Site) -> None:
    made = demo.do("alice", "product", "create", "demo", "tools", "--name", "Tools", "--order", "calver")
    assert "demo has the product line tools" in made.stdout
    demo.do("alice", "product", "set", "demo", "tools", "--name", "Better Tools")
    assert "Better Tools" in demo.do(None, "product", "list", "demo").stdout
    shown = demo.do(None, "product", "show", "demo/tools", "--json").data
    assert (shown["name"], shown["version_order"]) == ("Better Tools", "calver")
    listed = demo.do(None, "product", "list", "demo", "--json").data["items"]
    assert [each["key"] for each in listed] == ["main", "tools"]


def test_a_change_of_nothing_is_wrong_usage(demo: Site) -> None:
    assert demo.atr("alice", "product", "set", "demo", "main").code == 2


def test_a_name_that_is_too_long_is_wrong_usage(demo: Site) -> None:
    ended = demo.atr("alice", "product", "set", "demo", "main", "--name", "x" * 1000)
    assert (ended.code, "name: " in ended.stderr) == (2, True)


def test_what_the_checks_go_by_is_set_and_shown_with_the_policy(demo: Site, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"min_hours": 100, "checks": {"licence_checker": "both", "excluded_globs": ["docs/*"]}}')
    said = demo.do("alice", "project", "policy", "set", "demo", file).stdout
    assert "1.0 for the checks" in said
    shown = demo.do(None, "project", "policy", "show", "demo").stdout.splitlines()
    row = next(line for line in shown if line.startswith("licence_checker"))
    assert row.split() == ["licence_checker", "both", "project"]
    data = demo.do(None, "project", "policy", "show", "demo", "--json").data
    assert (data["effective"]["min_hours"], data["checks"]["effective"]["excluded_globs"]) == (
        100,
        ["docs/*"],
    )
    file.write_text('{"checks": {"excluded_globs": null}}')
    changed = demo.do("alice", "project", "policy", "set", "demo", file, "--json").data
    assert (changed["version"], changed["checks"]["version"]) == ("1.0", "2.0")
    assert changed["checks"]["effective"]["excluded_globs"] == []
    file.write_text('{"checks": {"source_globs": []}}')
    assert demo.atr("alice", "project", "policy", "set", "demo", file).code == 1
