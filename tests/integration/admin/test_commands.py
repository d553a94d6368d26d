# SPDX-License-Identifier: Apache-2.0
"""What operators do, on an installation in a folder of its own."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from atr.admin import admin
from atr.bootstrap.database import hold_database
from atr.bootstrap.platform import open_platform
from atr.config import load_settings
from atr.domain.names import ChannelKey, ProductRef
from atr.domain.people import SERVICE
from atr.services.channel_access import OpenChannel
from atr.services.project_views import ShowProduct
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from tests.support.database import make_quick_folder
from tests.support.playground import act_as
from tests.support.voting import KEY, StoreFiles

DEMO, TOOLS = ProductRef.parse("demo"), ProductRef.parse("demo/tools")
FOUNDATION = """
people:
  - {id: alice, name: Alice, addresses: [alice@example.org]}
  - {id: rm, name: Rm}
projects:
  - key: demo
    name: Demo
    mailing_lists: {dev: dev@demo.example.org}
    roster: {pmc_members: [alice], release_managers: [rm]}
    policy: {min_hours: 96}
    channels: [{channel: npm, required: true, files: ["*.tgz"]}]
    products:
      - {key: tools, name: Tools, policy: {min_hours: 120}, channels: [{channel: npm, package: demo-tools}]}
channels:
  - key: npm
    name: npm
    platform: npm
    url: http://127.0.0.1:4873/
    local: true
    credentials: {token: kanarien-7314-vogel}
"""


def run(*words: str | Path, data: Path) -> Result:
    environ = {name: None for name in os.environ if name.startswith("ATR_")}
    return CliRunner().invoke(admin, [*map(str, words), "--data", str(data)], env=environ)


def succeed(*words: str | Path, data: Path) -> str:
    result = run(*words, data=data)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with make_quick_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def data(folder: Path) -> Path:
    """Return an installation with a foundation and a release, its database kept running meanwhile."""
    data = folder / "data"
    assert "is ready" in succeed("init", data=data)
    (folder / "foundation.yaml").write_text(FOUNDATION)
    succeed("load", folder / "foundation.yaml", data=data)
    settings = load_settings({}, {"data_dir": data})
    with hold_database(settings) as url, open_platform(settings, url) as platform:
        rm = act_as(platform.door, "rm")
        platform.door.perform(rm, CreateRelease(KEY.line, KEY.version))
        digests = platform.door.keep(StoreFiles({"demo-1.0.tar.gz": b"the source"}))
        platform.door.perform(rm, AddRevision(KEY, 0, digests))
    return data


@pytest.fixture(scope="module")
def backup(folder: Path, data: Path) -> Path:
    succeed("backup", folder / "backup", data=data)
    return folder / "backup"


def test_a_backup_makes_the_same_installation_elsewhere(folder: Path, data: Path, backup: Path) -> None:
    exported = succeed("export", data=data)
    assert {json.loads(line)["table"] for line in exported.splitlines()} >= {"people", "projects", "events"}
    other = folder / "other"
    assert "1 files" in succeed("restore", backup, data=other)
    assert succeed("export", data=other) == exported
    assert _read_blobs(other) == _read_blobs(data) != {}
    again = run("restore", backup, data=other)
    assert (again.exit_code, "restore into an empty one" in again.output) == (1, True)


def test_an_unfinished_or_damaged_backup_is_refused(folder: Path, backup: Path) -> None:
    empty = folder / "refusing"
    for name, change, complaint in (
        ("unfinished", lambda copy: (copy / "contents.json").unlink(), "no finished backup"),
        ("garbled", lambda copy: (copy / "contents.json").write_text('{"blobs"'), "cannot be read"),
        ("cut", lambda copy: _cut(copy / "database.dump"), "database.dump is missing or has other bytes"),
        ("bad-blob", lambda copy: _cut(next((copy / "blobs").glob("*/*"))), "has other bytes"),
        ("no-blob", lambda copy: next((copy / "blobs").glob("*/*")).unlink(), "is missing"),
    ):
        shutil.copytree(backup, folder / name)
        change(folder / name)
        result = run("restore", folder / name, data=empty)
        assert (result.exit_code, complaint in result.output) == (1, True), result.output
    succeed("restore", backup, data=empty)


def test_channels_come_with_credentials_that_no_export_holds(data: Path) -> None:
    exported = succeed("export", data=data)
    (channel,) = (row for row in map(json.loads, exported.splitlines()) if row["table"] == "channels")
    assert (channel["key"], channel["url"], channel["local"]) == ("npm", "http://127.0.0.1:4873/", True)
    assert not {"sealed_credentials", "sealed_key"} & set(channel)
    assert "kanarien" not in exported
    settings = load_settings({}, {"data_dir": data})
    with hold_database(settings) as url, open_platform(settings, url) as platform:
        opened = platform.door.ask(SERVICE, OpenChannel(ChannelKey("npm")))
        lines = [platform.door.ask(SERVICE, ShowProduct(ref)).product for ref in (DEMO, TOOLS)]
    assert dict(opened.site.secret) == {"token": "kanarien-7314-vogel"}
    assert [str(use) for line in lines for use in line.uses] == [
        "npm: required, files *.tgz",
        "npm: package demo-tools",
    ]


def test_a_faulty_file_is_not_repeated(folder: Path, data: Path) -> None:
    (folder / "faulty.yaml").write_text("channels:\n  - {credentials: {token: kanarien}\n")
    result = run("load", folder / "faulty.yaml", data=data)
    assert (result.exit_code, "in line 3" in result.output, "kanarien" in result.output) == (1, True, False)
    (folder / "faulty.yaml").write_text("channels: [{credentials: [kanarien]}]")
    assert "kanarien" not in run("load", folder / "faulty.yaml", data=data).output


def test_loading_again_adds_nothing(folder: Path, data: Path) -> None:
    assert "Added 0 people" in succeed("load", folder / "foundation.yaml", data=data)


def test_a_foundation_lists_keys_that_are_proven_by_that(folder: Path, data: Path) -> None:
    (folder / "keys.yaml").write_text(
        f"people: [{{id: dora, name: Dora, key_fingerprints: ['{'AB ' * 20}']}}]"
    )
    assert "Added 1 people" in succeed("load", folder / "keys.yaml", data=data)
    (folder / "faulty.yaml").write_text("people: [{id: eva, name: Eva, key_fingerprints: [short]}]")
    result = run("load", folder / "faulty.yaml", data=data)
    assert (result.exit_code, "people.0.key_fingerprints.0" in result.output) == (1, True), result.output


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("people: [", "is no YAML"),
        ("- 1", "Input should be a valid dictionary"),
        ("people: [{id: Ål, name: x}]", "people.0.id"),
        ("people: \x00", "is no YAML: it cannot be read"),
        ("channels: [{key: x, name: X, platform: npm, url: x}]", "Write a whole address"),
        ("projects: [{key: x, name: X, extra: 1}]", "projects.0.extra"),
        (
            "projects: [{key: fresh, name: New, roster: {pmc_members: [nobody]}}]",
            "is called nobody",
        ),
    ],
)
def test_a_faulty_foundation_is_explained(folder: Path, data: Path, text: str, complaint: str) -> None:
    (folder / "faulty.yaml").write_text(text)
    result = run("load", folder / "faulty.yaml", data=data)
    assert (result.exit_code, complaint in result.output) == (1, True), result.output


def test_roles_are_granted_and_links_made(data: Path) -> None:
    assert "alice is now sysadmin" in succeed("grant", "alice", "sysadmin", data=data)
    assert "no longer" in succeed("grant", "alice", "committer", "demo", "--withdraw", data=data)
    assert succeed("login-link", "alice", data=data).startswith("http://127.0.0.1:8080/")
    unknown = run("login-link", "nobody", data=data)
    assert (unknown.exit_code, "nobody" in unknown.output) == (1, True)


def test_migrating_and_reconciling_may_be_repeated(data: Path) -> None:
    for _ in range(2):
        succeed("migrate", data=data)
        assert "jobs wait" in succeed("reconcile", data=data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _read_blobs(data: Path) -> dict[str, bytes]:
    files = (path for path in (data / "store" / "blobs").rglob("*") if path.is_file())
    return {path.name: path.read_bytes() for path in files}


def test_the_doctor_names_every_part_and_what_is_wrong(data: Path) -> None:
    result = run("doctor", "--json", data=data)
    parts = {each["part"]: each for each in json.loads(result.stdout)["parts"]}
    assert list(parts) == [
        "settings",
        "database",
        "store",
        "spool",
        "mail",
        "mail signature",
        "mail in",
        "public address",
        "workers",
        "jobs",
        "sandbox",
        "Apache RAT",
        "git",
    ]
    assert [name for name, each in parts.items() if not each["good"]] == ["workers"]
    assert result.exit_code == 1
    assert "WRONG  workers: no worker is alive" in run("doctor", data=data).stdout


def test_the_doctor_looks_for_git_where_commits_may_be_fetched(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = data / "atr.toml"
    before = settings.read_text() if settings.exists() else ""
    settings.write_text(f'source_repositories = ["https://git.example.org/x"]\n{before}')
    try:
        assert "fetches from https://git.example.org/x" in examine_git(data)["state"]
        monkeypatch.setattr("atr.bootstrap.health.shutil.which", lambda _name: None)
        assert not examine_git(data)["good"]
    finally:
        settings.write_text(before)


def examine_git(data: Path) -> dict[str, str]:
    """Return what the doctor says about git."""
    parts = json.loads(run("doctor", "--json", data=data).stdout)["parts"]
    return next(each for each in parts if each["part"] == "git")


@pytest.mark.parametrize(
    ("jar", "java", "line"),
    [
        ("gone.jar", "sh", "WRONG  Apache RAT: [Errno 2]"),
        ("atr.toml", "sh", "ok     Apache RAT: "),
        ("atr.toml", "no-such-java", "WRONG  Apache RAT: there is no program no-such-java"),
    ],
)
def test_the_doctor_looks_for_apache_rat_and_java(data: Path, jar: str, java: str, line: str) -> None:
    settings = data / "atr.toml"
    before = settings.read_text() if settings.exists() else ""
    settings.write_text(f'rat_jar = "{data / jar}"\njava = "{java}"\n{before}')
    try:
        assert line in run("doctor", data=data).stdout
    finally:
        settings.write_text(before)
