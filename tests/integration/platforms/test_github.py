# SPDX-License-Identifier: Apache-2.0
"""Releases on a simulated GitHub: never half of one in public, and never a tag that GitHub chose."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from uuid import uuid4

import pytest

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Invalid, Refused
from atr.domain.names import ReleaseKey
from atr.platforms.github import connect
from atr.platforms.github.registry import GithubReleases
from atr.platforms.github.steps import CREATE, DRAFT, REMEMBER
from atr.ports.platforms import (
    BadCredentials,
    Consignment,
    NeedsPerson,
    Operation,
    OtherBytes,
    RegistryDown,
    Side,
    Site,
)
from tests.simulators.github import TOKEN, GithubSimulator, StoredAsset, StoredRelease, serve_github
from tests.simulators.lying import Reply
from tests.support.parcels import make_parcel, take_step, take_steps

ARCHIVE, SIGNATURE = b"an archive" * 20_000, b"a signature"


@pytest.fixture
def github() -> Iterator[GithubSimulator]:
    with serve_github() as simulator:
        yield simulator


@pytest.fixture
def package(github: GithubSimulator) -> str:
    name = f"demo-{uuid4().hex[:8]}"
    github.repository(f"apache/{name}", "v1.0", "v1.1", "v2.0", "v1.0-rc1")
    return name


@contextmanager
def open_registry(github: GithubSimulator, token: str = TOKEN, path: str = "") -> Iterator[GithubReleases]:
    with connect(Site(f"{github.url}{path}", {"token": token}, local=True)) as registry:
        assert isinstance(registry, GithubReleases)
        yield registry


@pytest.fixture
def registry(github: GithubSimulator) -> Iterator[GithubReleases]:
    with open_registry(github) as opened:
        yield opened


def consign(package: str, version: str = "1.0", archive: bytes = ARCHIVE) -> Consignment:
    return Consignment(
        release=ReleaseKey.parse(f"demo/{version}"),
        revision=Digest("sha512", "0" * 128),
        owner_namespace="apache",
        package=package,
        version=version,
        parcels=(
            make_parcel("apache-demo.tar.gz", archive),
            make_parcel("docs/apache-demo.tar.gz.asc", SIGNATURE),
        ),
        staging_name=f"v{version}",
        final_names=(f"v{version}",),
        description="What is new.",
    )


def only_release(github: GithubSimulator, package: str) -> StoredRelease:
    (found,) = github.repositories[f"apache/{package}"].releases.values()
    return found


def test_a_release_is_staged_proven_promoted_and_taken_back(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = consign(package)
    results = take_steps(registry, Operation.STAGE, wanted)
    release = only_release(github, package)
    assert (release.prerelease, release.draft, release.name) == (True, False, f"{package} 1.0")
    assert release.body.startswith("What is new.")
    compared = registry.compare(Side.STAGING, wanted, results)
    assert [each.matches for each in compared] == [True, True]
    assert not any(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
    assert registry.find_holder(wanted) is None
    sent = registry.traffic.sent
    take_steps(registry, Operation.PROMOTE, wanted, results)
    assert registry.traffic.sent - sent < 500, "no file travels"
    assert all(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
    assert registry.find_holder(wanted) == "1.0"
    assert registry.name_handle(wanted, results) == PlatformHandle("release id", str(release.id))
    take_steps(registry, Operation.TAKE_BACK, replace(wanted, parcels=()), results)
    assert registry.find_holder(wanted) is None
    assert release.prerelease
    assert github.effects["tag v1.0"] == 0


def test_everything_is_done_once(github: GithubSimulator, registry: GithubReleases, package: str) -> None:
    wanted = consign(package)
    results: dict[str, str] = {}
    for operation in (Operation.STAGE, Operation.PROMOTE, Operation.TAKE_BACK):
        take_steps(registry, operation, wanted, results)
        before = github.effects.total()
        for step in registry.list_steps(operation, wanted):
            take_step(step, dict(results))
        assert github.effects.total() == before
    assert set(github.effects.values()) == {1, 3}, "three changes: shown to testers, public, withdrawn"


def take_remaining(registry: GithubReleases, wanted: Consignment, results: dict[str, str]) -> None:
    """Take the steps that have no result yet, as the saga does after a crash."""
    for operation in (Operation.STAGE, Operation.PROMOTE):
        for step in registry.list_steps(operation, wanted):
            if step.name not in results:
                take_step(step, results)


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_breaks_leaves_nothing_twice(
    github: GithubSimulator, registry: GithubReleases, package: str, number: int, when: str
) -> None:
    wanted = consign(package)
    if when == "before":
        github.troubles[number] = Reply(reset=True)
    else:
        github.breaks_after.add(number)
    results: dict[str, str] = {}
    with suppress(RegistryDown):
        take_remaining(registry, wanted, results)
    take_remaining(registry, wanted, results)
    assert all(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
    assert github.effects == {
        "create v1.0": 1,
        "upload apache-demo.tar.gz": 1,
        "upload apache-demo.tar.gz.asc": 1,
        "change v1.0": 2,
    }


def test_a_tag_that_is_not_there_is_not_invented(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    with pytest.raises(Refused, match=r"git push origin v9\.9"):
        take_steps(registry, Operation.STAGE, consign(package, "9.9"))
    assert not github.effects


def test_testers_may_have_another_tag(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = replace(consign(package), staging_name="v1.0-rc1")
    results = take_steps(registry, Operation.STAGE, wanted)
    assert registry.find_addresses(Side.STAGING, wanted).web_url.endswith("/releases/tag/v1.0-rc1")
    take_steps(registry, Operation.PROMOTE, wanted, results)
    assert only_release(github, package).tag == "v1.0"
    assert all(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
    missing = replace(wanted, final_names=("v7",))
    with pytest.raises(Refused, match="no tag v7"):
        take_steps(registry, Operation.PROMOTE, missing, results)


def test_what_only_testers_had_goes_out_of_sight(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = consign(package)
    results = take_steps(registry, Operation.STAGE, wanted)
    release = only_release(github, package)
    release.body, mark = "edited", release.body
    left = take_steps(registry, Operation.TAKE_BACK, wanted, dict(results))
    assert left["withdraw the release"].endswith("did not make")
    release.body = mark
    assert take_steps(registry, Operation.TAKE_BACK, wanted, results)["withdraw the release"] == DRAFT
    assert release.draft
    another = consign(package, archive=b"another candidate")
    take_steps(registry, Operation.STAGE, another)
    assert (release.draft, len(release.assets)) == (False, 2), "the same release, filled anew"


def test_what_a_person_published_is_withdrawn_too(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = consign(package)
    results = take_steps(registry, Operation.STAGE, wanted)
    release = only_release(github, package)
    release.prerelease, release.body = False, "written by hand"
    take_steps(registry, Operation.TAKE_BACK, wanted, results)
    assert release.prerelease


def test_a_draft_stays_unseen_until_it_is_public(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = replace(consign(package), staging_name=DRAFT)
    results = take_steps(registry, Operation.STAGE, wanted)
    assert only_release(github, package).draft
    assert all(each.matches for each in registry.compare(Side.STAGING, wanted, results))
    assert take_steps(registry, Operation.STAGE, wanted)[CREATE] == results[CREATE], "found among the drafts"
    replaced = replace(consign(package, archive=b"another candidate"), staging_name=DRAFT)
    again = take_steps(registry, Operation.STAGE, replaced)
    assert github.effects["delete apache-demo.tar.gz"] == 1
    assert all(each.matches for each in registry.compare(Side.STAGING, replaced, again))
    take_steps(registry, Operation.PROMOTE, replaced, again)
    assert all(each.matches for each in registry.compare(Side.PUBLIC, replaced, again))


def test_an_immutable_release_has_all_its_files_before(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    repository = github.repository(f"apache/{package}")
    repository.immutable = True
    wanted = consign(package)
    results = take_steps(registry, Operation.STAGE, wanted)
    assert only_release(github, package).draft, "nothing can be promoted that is immutable already"
    take_steps(registry, Operation.PROMOTE, wanted, results)
    assert only_release(github, package).immutable
    assert all(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
    with pytest.raises(NeedsPerson, match="is immutable: delete it"):
        take_steps(registry, Operation.TAKE_BACK, wanted, results)
    repository.releases.clear()
    repository.latest = None
    take_steps(registry, Operation.TAKE_BACK, wanted, results)
    with pytest.raises(Refused, match="never free again"):
        take_steps(registry, Operation.STAGE, wanted)


def test_immutability_that_a_token_cannot_see_is_told(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    github.repository(f"apache/{package}").immutable = True
    github.knows_immutability = False
    with pytest.raises(Refused, match="which this token could not see"):
        take_steps(registry, Operation.STAGE, consign(package))


def test_other_files_under_a_name_are_refused(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = consign(package)
    results = take_steps(registry, Operation.STAGE, wanted)
    with pytest.raises(OtherBytes, match=r"not voted on: apache-demo\.tar\.gz\. Delete"):
        take_steps(registry, Operation.STAGE, consign(package, archive=b"other bytes"))
    only_release(github, package).assets[99] = StoredAsset(99, "surprise.exe", b"MZ")
    for operation in (Operation.STAGE, Operation.PUBLISH):
        with pytest.raises(OtherBytes, match=r"surprise\.exe"):
            take_steps(registry, operation, wanted)
    with pytest.raises(OtherBytes, match=r"surprise\.exe"):
        registry.compare(Side.STAGING, wanted, results)


@pytest.mark.parametrize("says_digest", [True, False])
def test_a_file_that_changed_is_found(
    github: GithubSimulator, registry: GithubReleases, package: str, *, says_digest: bool
) -> None:
    github.says_digest = says_digest
    wanted = consign(package)
    results = take_steps(registry, Operation.STAGE, wanted)
    assert take_steps(registry, Operation.STAGE, wanted)[CREATE] == results[CREATE]
    asset = next(iter(only_release(github, package).assets.values()))
    asset.data = asset.data[:-1] + b"!"
    compared = registry.compare(Side.STAGING, wanted, results)
    assert [each.subject for each in compared if not each.matches] == (
        ["apache-demo.tar.gz", "stated digest"] if says_digest else ["apache-demo.tar.gz"]
    )
    asset.state = "starter"
    assert next(each.seen for each in registry.compare(Side.STAGING, wanted, results)) is None


def test_what_an_upload_left_behind_is_cleared_away(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = consign(package)
    steps = registry.list_steps(Operation.STAGE, wanted)
    results: dict[str, str] = {}
    for step in steps[:4]:
        take_step(step, results)
    only_release(github, package).assets[50] = StoredAsset(50, "apache-demo.tar.gz", b"", "starter")
    for step in steps[4:]:
        take_step(step, results)
    assert all(each.matches for each in registry.compare(Side.STAGING, wanted, results))


def test_a_name_that_was_taken_meanwhile_is_looked_at(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = consign(package)
    steps = registry.list_steps(Operation.STAGE, wanted)
    results: dict[str, str] = {}
    for step in steps[:4]:
        take_step(step, results)
    stored = only_release(github, package).assets
    stored[50] = StoredAsset(50, "apache-demo.tar.gz", ARCHIVE)
    assert steps[4].act(results) == str(wanted.parcels[0].content.sha256)
    stored[50] = StoredAsset(50, "apache-demo.tar.gz", b"other")
    with pytest.raises(OtherBytes):
        steps[4].act(results)
    with pytest.raises(OtherBytes):
        steps[4].ask(results)


def test_the_previous_latest_is_remembered_and_given_back(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    first = take_steps(registry, Operation.PUBLISH, consign(package))
    newer = consign(package, "1.1")
    results = take_steps(registry, Operation.PUBLISH, newer)
    assert json.loads(results[REMEMBER])["tag"] == "v1.0"
    assert registry.find_holder(newer) == "1.1"
    github.repository(f"apache/{package}").latest = None  # GitHub may choose another one, or none
    take_steps(registry, Operation.TAKE_BACK, newer, results)
    assert registry.find_holder(newer) == "1.0"
    assert first[CREATE] != results[CREATE]


def test_latest_is_moved_where_only_the_mark_was_cleared(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    take_steps(registry, Operation.PUBLISH, consign(package))
    newer = consign(package, "1.1")
    results = take_steps(registry, Operation.STAGE, newer)
    github.repository(f"apache/{package}").releases[int(results[CREATE])].prerelease = False
    assert registry.find_holder(newer) == "1.0"
    take_steps(registry, Operation.PROMOTE, newer, results)
    assert registry.find_holder(newer) == "1.1"


def test_an_older_line_does_not_become_the_latest(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    take_steps(registry, Operation.PUBLISH, consign(package, "2.0"))
    older = consign(package, "1.1")
    results = take_steps(registry, Operation.PUBLISH, older)
    assert registry.find_holder(older) == "2.0"
    assert all(each.matches for each in registry.compare(Side.PUBLIC, older, results))
    take_steps(registry, Operation.TAKE_BACK, older, results)
    assert registry.find_holder(older) == "2.0"


def test_what_became_newer_meanwhile_stays_the_latest(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    take_steps(registry, Operation.PUBLISH, consign(package))
    results = take_steps(registry, Operation.PUBLISH, consign(package, "1.1"))
    take_steps(registry, Operation.PUBLISH, consign(package, "2.0"))
    steps = registry.list_steps(Operation.TAKE_BACK, consign(package, "1.1"))
    take_step(steps[0], results)
    assert steps[1].ask(results) == "left with v2.0, which is newer"


def test_a_version_that_is_not_final_stays_a_prerelease(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    github.repository(f"apache/{package}", "v2.0-rc1")
    take_steps(registry, Operation.PUBLISH, consign(package))
    early = consign(package, "2.0-rc1")
    results = take_steps(registry, Operation.PUBLISH, early)
    assert registry.find_holder(early) == "1.0"
    assert all(each.matches for each in registry.compare(Side.PUBLIC, early, results))
    take_steps(registry, Operation.TAKE_BACK, early, results)
    assert not any(each.matches for each in registry.compare(Side.PUBLIC, early, results))


def test_a_release_that_somebody_deleted_is_missed(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    wanted = consign(package)
    results = take_steps(registry, Operation.STAGE, wanted)
    github.repository(f"apache/{package}").releases.clear()
    assert not any(each.matches for each in registry.compare(Side.STAGING, wanted, results))
    with pytest.raises(Refused, match="stage it anew"):
        take_steps(registry, Operation.PROMOTE, wanted, results)
    with pytest.raises(Refused, match="is gone: somebody deleted it"):
        registry.list_steps(Operation.STAGE, wanted)[3].act(results)


def test_many_releases_and_files_are_read_to_the_last_page(
    github: GithubSimulator, registry: GithubReleases, package: str
) -> None:
    repository = github.repository(f"apache/{package}")
    draft = StoredRelease(github.next_id(), "v1.0", draft=True, body="<!-- Staged by ATR for demo/1.0 -->")
    repository.releases[draft.id] = draft
    for number in range(120):
        other = StoredRelease(github.next_id(), f"v0.{number}", prerelease=True)
        repository.releases[other.id] = other
    files = tuple(make_parcel(f"file-{number:03}.txt", b"%d" % number) for number in range(130))
    wanted = replace(consign(package), parcels=files)
    for parcel in files[:-1]:
        asset = StoredAsset(github.next_id(), parcel.path.name, b"".join(parcel.read()))
        draft.assets[asset.id] = asset
    results = take_steps(registry, Operation.STAGE, wanted)
    assert results[CREATE] == str(draft.id)
    assert github.effects.total() == 2, "the last file, and shown to testers"


IN_TEN_MINUTES = "in ten minutes"


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (403, {"retry_after": "30"}, 30),
        (429, {"retry_after": "7"}, 7),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": IN_TEN_MINUTES}, 600),
        (429, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "soon"}, 60),
        (403, {}, 60),
    ],
)
def test_asking_too_often_is_waited_out(
    github: GithubSimulator,
    registry: GithubReleases,
    package: str,
    status: int,
    headers: dict[str, str],
    seconds: int,
) -> None:
    moment = str(int(time.time()) + 600)
    told = {name: moment if text is IN_TEN_MINUTES else text for name, text in headers.items()}
    github.limit_next(status, **told)
    with pytest.raises(RegistryDown) as caught:
        take_steps(registry, Operation.STAGE, consign(package))
    assert seconds - 100 < (caught.value.retry_after or 0) <= seconds


def test_access_is_tried_by_reading(github: GithubSimulator, registry: GithubReleases, package: str) -> None:
    assert registry.check_access() == "releaser"
    github.is_app = True
    assert registry.check_access() == "an app for 1 repositories"
    for token in ("ghp_wrong0123456789", ""):
        with open_registry(github, token) as other:
            with pytest.raises(BadCredentials) as caught:
                other.check_access()
            assert "ghp_wrong" not in str(caught.value)
            with pytest.raises(BadCredentials):
                take_steps(other, Operation.STAGE, consign(package))


def test_an_enterprise_server_has_its_api_below_a_path(github: GithubSimulator, package: str) -> None:
    wanted = consign(package)
    with open_registry(github, path="/api/v3") as registry:
        results = take_steps(registry, Operation.PUBLISH, wanted)
        assert all(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
        found = registry.find_addresses(Side.PUBLIC, wanted)
    assert found.api_url == f"{github.url}/api/v3/repos/apache/{package}/releases/tags/v1.0"
    assert found.web_url == f"{github.url}/apache/{package}/releases/tag/v1.0"


@pytest.mark.parametrize("url", ["https://github.com", "https://api.github.com/"])
def test_everybody_is_told_where_it_is(url: str) -> None:
    with connect(Site(url)) as registry:
        found = registry.find_addresses(Side.PUBLIC, consign("demo"))
    assert found.api_url == "https://api.github.com/repos/apache/demo/releases/tags/v1.0"
    assert found.web_url == "https://github.com/apache/demo/releases/tag/v1.0"


def test_a_dry_run_calls_nothing_and_tells_no_secret(registry: GithubReleases) -> None:
    wanted = replace(consign("demo"), staging_name="v1.0-rc1")
    calls = [step.call for operation in Operation for step in registry.list_steps(operation, wanted)]
    assert registry.traffic.requests == 0
    assert TOKEN not in "".join(calls) + repr(registry)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"owner_namespace": None}, "needs the owner"),
        ({"package": "a/b"}, "cannot be a repository"),
        ({"final_names": ()}, "needs the name of its tag"),
        ({"parcels": ()}, "at least one"),
        ({"parcels": (make_parcel("a/x", b"1"), make_parcel("b/x", b"2"))}, "different names"),
        ({"parcels": (make_parcel("read me.txt", b"1"),)}, "would rename"),
        ({"parcels": (make_parcel("empty.txt", b""),)}, "is empty"),
    ],
)
def test_what_github_does_not_take_is_refused(
    registry: GithubReleases, change: dict[str, object], complaint: str
) -> None:
    with pytest.raises(Invalid, match=complaint):
        registry.list_steps(Operation.STAGE, replace(consign("demo"), **change))  # type: ignore[arg-type]
