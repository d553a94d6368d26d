# SPDX-License-Identifier: Apache-2.0
"""Comparisons on the server: with the release before, with a fetched commit, with rebuilds; as offline."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from atr.bootstrap.checks import DoorCache, build_examiner
from atr.checks.git_commits import RemoteCommits
from atr.checks.git_program import GitProgram
from atr.client.commands.check import check
from atr.domain.check import Finding
from atr.domain.names import ProjectKey, ReleaseKey
from atr.domain.people import ANONYMOUS
from atr.domain.source import SourceReference
from atr.ports.jobs import JobKind
from atr.services.door import Door
from atr.services.evaluations import EvaluateRevision, PrepareExamination
from atr.services.keys import AddKeys
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from tests.support.archives import LEGAL, TarMember, make_source, write_triple
from tests.support.door import RecordedQueue
from tests.support.git_repository import GitSite, Repository, serve_repositories
from tests.support.keys import TestKey, write_keys_file
from tests.support.playground import act_as, make_project
from tests.support.publishing import finish_release
from tests.support.voting import KEY, Bench, StoreFiles, make_bench

OLD, NEW = "demo-1.0-src.tar.gz", "demo-1.1-src.tar.gz"
NEXT = ReleaseKey.parse("demo/1.1")
SUBJECTS = ("parity.", "previous.", "source.", "rebuild.")
CODE = TarMember("demo-1.1/code.py", b"# SPDX-License-Identifier: Apache-2.0\n")


@pytest.fixture
def signer(door: Door) -> TestKey:
    make_project(door)
    made = TestKey()
    door.perform(act_as(door, "rm"), AddKeys(made.armored.encode(), ProjectKey("demo")))
    return made


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[tuple[GitSite, str]]:
    """Return a server of repositories, and a commit there that holds the new release."""
    repository = Repository.create(tmp_path / "root" / "demo")
    commit = repository.commit({**LEGAL, "code.py": CODE.content})
    with serve_repositories(tmp_path / "root", tmp_path) as site:
        yield site, commit


@pytest.fixture
def bench(
    door: Door, signer: TestKey, surroundings: Surroundings, queue: RecordedQueue, hosted: tuple[GitSite, str]
) -> Bench:
    made = make_bench(door, surroundings, queue)
    site, _ = hosted
    sources = RemoteCommits((site.url,), DoorCache(door), GitProgram(ca_file=site.ca_file))
    engine = build_examiner(door, surroundings.blobs, surroundings.keyring)
    made.tools = replace(made.tools, examiner=replace(engine, fetch_source=sources))
    return made


def make_files(folder: Path, name: str, content: bytes, signer: TestKey) -> dict[str, bytes]:
    """Return an artifact with signature and checksum, which are in a folder too."""
    folder.mkdir(exist_ok=True)
    write_triple(folder, name, content, signer)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def compose(bench: Bench, files: Mapping[str, bytes], key: ReleaseKey = NEXT) -> tuple[Finding, ...]:
    """Make the first revision of a release; return what is found by comparing."""
    door, rm = bench.tools.door, act_as(bench.tools.door, "rm")
    door.perform(rm, CreateRelease(key.line, key.version))
    door.perform(rm, AddRevision(key, 0, door.keep(StoreFiles(files))))
    return examine(bench, key)


def examine(bench: Bench, key: ReleaseKey = NEXT) -> tuple[Finding, ...]:
    """Examine the first revision; return what is found by comparing."""
    examination = bench.tools.door.ask(ANONYMOUS, PrepareExamination(key, 1))
    found = bench.tools.examiner.examine(
        examination.facts, examination.files, examination.keys, lambda _done, _total: None
    )
    return tuple(each for each in found if each.rule.startswith(SUBJECTS))


def test_the_first_release_has_none_before_it(bench: Bench, tmp_path: Path, signer: TestKey) -> None:
    assert compose(bench, make_files(tmp_path / "old", OLD, make_source("demo-1.0"), signer), KEY) == ()


def test_all_comparisons_are_made_by_the_job(
    bench: Bench, tmp_path: Path, signer: TestKey, hosted: tuple[GitSite, str]
) -> None:
    site, commit = hosted
    finish_release(bench, KEY, make_files(tmp_path / "old", OLD, make_source("demo-1.0"), signer))
    content = make_source("demo-1.1", [CODE])
    files = make_files(tmp_path / "new", NEW, content, signer)
    files[".atr/source.json"] = SourceReference(f"{site.url}/demo/.git", commit).write()
    files[f".atr/rebuilds/debian/{NEW}"] = content
    found = {each.rule: each for each in compose(bench, files)}
    assert set(found) == {"previous.compared", "source.matches", "rebuild.identical"}
    assert found["previous.compared"].data["since"] == "1.0"
    assert found["previous.compared"].data["added"] == ("code.py",)
    asked = len(site.asked)
    assert {each.rule: each for each in examine(bench)} == found
    assert len(site.asked) == asked
    for argument in bench.queue.list_arguments(JobKind.EVALUATE_REVISION):
        if argument.startswith("demo/main/1.1"):
            EvaluateRevision.parse(argument).run(bench.tools)


def test_the_server_allows_no_address_unless_told(
    bench: Bench, tmp_path: Path, signer: TestKey, hosted: tuple[GitSite, str], surroundings: Surroundings
) -> None:
    site, commit = hosted
    examiner = build_examiner(bench.tools.door, surroundings.blobs, surroundings.keyring)
    bench.tools = replace(bench.tools, examiner=examiner)
    files = make_files(tmp_path / "new", NEW, make_source("demo-1.1"), signer)
    files[".atr/source.json"] = SourceReference(f"{site.url}/demo/.git", commit).write()
    (found,) = compose(bench, files)
    assert found.rule == "source.not-allowed"
    assert "source_repositories" in found.message
    assert site.asked == []


def test_a_voter_finds_the_same_offline(bench: Bench, tmp_path: Path, signer: TestKey) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    finish_release(bench, KEY, make_files(old, OLD, make_source("demo-1.0"), signer))
    zipped = make_source("demo-1.1", [TarMember("demo-1.1/other.py", b"x")])
    make_files(new, "demo-1.1-src.tgz", zipped, signer)
    rebuilt = new / ".atr" / "rebuilds" / "debian" / NEW
    rebuilt.parent.mkdir(parents=True)
    rebuilt.write_bytes(make_source("demo-1.1", [replace(CODE, content=b"other")]))
    found = compose(bench, make_files(new, NEW, make_source("demo-1.1", [CODE]), signer))
    assert {each.rule for each in found} == {"previous.compared", "parity.differs", "rebuild.differs"}
    write_keys_file(tmp_path / "KEYS", signer)
    options = ["--version", "1.1", "--previous", str(old), "--previous-version", "1.0", "--json"]
    offline = CliRunner().invoke(check, [str(new), "--keys", str(tmp_path / "KEYS"), *options])
    messages = [each.message for each in found]
    assert [message for message in messages if message not in offline.stdout.replace('\\"', '"')] == []
