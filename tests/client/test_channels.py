# SPDX-License-Identifier: Apache-2.0
"""Platforms and channels at a terminal."""

import json
from pathlib import Path

import pytest

from atr.domain.channel import ChannelChange
from atr.domain.names import ChannelKey
from atr.domain.people import OPERATOR, SERVICE
from atr.services.channel_access import OpenChannel
from atr.services.channels import ChangeChannel
from tests.support.channels import ADDRESS, TOKEN, make_channel, make_channels
from tests.support.playground import add_person, make_project
from tests.support.terminal import Site

NPM = ChannelKey("npm")
YAML = f"""
key: npm
name: The registry
platform: npm
url: {ADDRESS}
credentials: {{token: from-the-file}}
"""


@pytest.fixture
def root(site: Site) -> Site:
    """Return the site with a sysadmin and a project."""
    make_project(site.door)
    add_person(site.door, "root", sysadmin=True)
    return site


def read_secret(site: Site) -> dict[str, str]:
    return dict(site.door.ask(SERVICE, OpenChannel(NPM)).site.secret)


def test_platforms_are_listed(site: Site) -> None:
    said = site.do(None, "platform", "list").stdout
    assert all(name in said for name in ("Docker Hub", "close-release", "library", ".oci.tar"))
    assert len(site.do(None, "platform", "list", "--json").data["items"]) == 9


def test_a_channel_is_added_from_a_file(root: Site, tmp_path: Path) -> None:
    file = tmp_path / "npm.yaml"
    file.write_text(YAML)
    said = root.do("root", "channel", "create", file).stdout
    assert "There is a channel npm now" in said
    assert "from-the-file" not in said
    assert read_secret(root) == {"token": "from-the-file"}
    assert "stored" in root.do(None, "channel", "show", "npm").stdout
    assert root.do(None, "channel", "show", "npm", "--json").data["url"] == ADDRESS
    assert "npm" in root.do(None, "channel", "list").stdout
    assert len(root.do(None, "channel", "list", "--json").data["items"]) == 1
    again = root.atr("root", "channel", "create", file, "--json")
    assert (again.code, again.stderr) == (1, "atr: There is a channel npm already.\n")


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("a-token\n", {"token": "a-token"}),
        ("token=a=b\n", {"token": "a=b"}),
        ('{"token": "in json"}', {"token": "in json"}),
    ],
)
def test_credentials_come_from_the_standard_input(root: Site, typed: str, secret: dict[str, str]) -> None:
    make_channel(root.door)
    ended = root.atr("root", "channel", "change", "npm", "--secret-from-stdin", stdin=typed)
    assert (ended.code, "is changed" in ended.stdout) == (0, True), ended
    assert read_secret(root) == secret


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("{broken", "no JSON"),
        ("one\ntwo\n", "holds no secret"),
        ("", "holds no secret"),
        ("username=x\npassword=y\n", "npm asks for token"),
    ],
)
def test_an_unreadable_secret_is_refused_without_showing_it(root: Site, typed: str, complaint: str) -> None:
    make_channel(root.door)
    ended = root.atr("root", "channel", "change", "npm", "--secret-from-stdin", stdin=typed)
    assert (ended.code, complaint in ended.stderr) == (1, True), ended
    assert "one" not in ended.stderr.split()


def test_credentials_come_from_the_environment(root: Site, tmp_path: Path) -> None:
    file = tmp_path / "npm.json"
    file.write_text(json.dumps({"key": "npm", "name": "npm", "platform": "npm", "url": ADDRESS}))
    root.environment["ATR_CHANNEL_TOKEN"] = "from-the-environment"
    root.do("root", "channel", "create", file, "--json")
    assert read_secret(root) == {"token": "from-the-environment"}


def test_fields_change_and_credentials_go(root: Site, tmp_path: Path) -> None:
    make_channel(root.door, credentials=TOKEN)
    file = tmp_path / "change.toml"
    file.write_text('name = "Renamed"\nis_test = true\n')
    changed = root.do("root", "channel", "change", "npm", file, "--json").data
    assert (changed["name"], changed["is_test"], changed["has_credentials"]) == ("Renamed", True, True)
    root.do("root", "channel", "change", "npm", "--remove-secret")
    assert read_secret(root) == {}
    assert root.atr("root", "channel", "change", "npm").code == 2
    file.write_text("name = ")
    assert "cannot be read as TOML" in root.atr("root", "channel", "change", "npm", file).stderr
    other = tmp_path / "change.yml"
    other.write_text("{")
    assert "cannot be read as YAML" in root.atr("root", "channel", "change", "npm", other).stderr
    other.write_text("[]")
    assert "holds no fields" in root.atr("root", "channel", "change", "npm", other).stderr


def test_a_channel_is_tested_while_one_waits(root: Site) -> None:
    make_channel(root.door, credentials=TOKEN)
    with root.working():
        assert "npm lets us in: somebody" in root.do("root", "channel", "test", "npm").stdout
        assert root.do("root", "channel", "test", "npm", "--json").data["test"]["passed"]
    assert "passed: somebody" in root.do(None, "channel", "list").stdout
    root.tools.registries.visit(ADDRESS).refused_secret = TOKEN["token"]  # type: ignore[attr-defined]
    with root.working():
        refused = root.atr("root", "channel", "test", "npm")
    assert (refused.code, "does not accept the credentials" in refused.stderr) == (1, True)
    assert "failed: " in root.do(None, "channel", "show", "npm").stdout


def test_a_test_that_nobody_carries_out_is_given_up(root: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    make_channel(root.door)
    root.sign_in("root")
    ended = root.run("root", "channel", "test", "npm", "--timeout", "1")
    assert (ended.code, ended.stderr) == (1, "atr: No worker tested npm within 1 seconds.\n")
    assert "under way" in root.do(None, "channel", "show", "npm").stdout


def test_a_channel_is_removed_when_nothing_uses_it(root: Site) -> None:
    make_channels(root.door)
    root.do("alice", "product", "set", "demo", "main", "--channel", "npm", "--required-channel", "npm")
    refused = root.atr("root", "channel", "delete", "npm")
    assert (refused.code, refused.stderr) == (1, "atr: Product lines use it: demo.\n")
    assert "is removed" in root.do("root", "channel", "delete", "pypi").stdout
    root.door.perform(OPERATOR, ChangeChannel(NPM, ChannelChange(name="x")))


def test_a_line_says_in_a_file_how_it_uses_channels(root: Site, tmp_path: Path) -> None:
    make_channels(root.door)
    file = tmp_path / "channels.yaml"
    file.write_text(
        "channel_uses:\n  - {channel: npm, package: demo-js, files: ['*.tgz'], final_names: [latest]}\n"
    )
    said = root.do("alice", "product", "set", "demo", "main", "--channels-file", file).stdout
    assert "package demo-js, files *.tgz, for everybody latest" in said
    assert root.atr("alice", "product", "set", "demo", "main").code == 2
