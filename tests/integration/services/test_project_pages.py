# SPDX-License-Identifier: Apache-2.0
"""Projects and product lines with everything around them, and what holds in the whole foundation."""

import pytest
from sqlalchemy import Engine, event

from atr.domain.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn
from atr.domain.lifecycle import Stage
from atr.domain.names import RESERVED_PRODUCT_KEYS, ProductKey, ProductRef, ProjectKey, Version
from atr.domain.people import ANONYMOUS
from atr.domain.permissions import Activity
from atr.domain.policy import PolicyLevel
from atr.services.door import Door
from atr.services.foundation_views import CheckFounding, ShowFoundation
from atr.services.key_views import ListOwnKeys, ListProjectKeys, ShowKey
from atr.services.policies import ShowPolicy
from atr.services.products import CreateProduct
from atr.services.project_pages import ShowProductPage, ShowProjectPage
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.scenes import DEMO, furnish_foundation
from tests.support.voting import make_bench

TOOLS = ProductRef.parse("demo/tools")


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Door:
    furnish_foundation(make_bench(door, surroundings, queue), clock)
    return door


def test_a_project_is_shown_with_everything_around_it(furnished: Door) -> None:
    found = furnished.ask(act_as(furnished, "alice"), ShowProjectPage(DEMO))
    assert found.shown.project.key == DEMO
    assert [each.user for each in found.roster.members] == ["alice", "bob", "carol", "dave", "rm"]
    versions = {
        stage: [each.release.key.version for each in page.items] for stage, page in found.releases.items()
    }
    assert versions == {
        Stage.CANDIDATE: ["2026.11", "1.2", "1.1"],
        Stage.CURRENT: ["1.0.1", "1.0"],
        Stage.ARCHIVED: ["0.9"],
    }
    assert found.key_count == 2
    assert found.events[0].event.name == "policy.saved"
    assert found.begin_reasons == ()


def test_a_line_is_shown_with_its_own_releases(furnished: Door) -> None:
    found = furnished.ask(act_as(furnished, "alice"), ShowProductPage(TOOLS))
    assert found.shown.product.ref == TOOLS
    assert [each.release.key.version for each in found.releases[Stage.CANDIDATE].items] == ["2026.11"]
    assert {each.event.subject.product for each in found.events} == {TOOLS.product}


@pytest.mark.parametrize(
    ("user", "project", "reasons"),
    [
        ("", "demo", ["Sign in first."]),
        ("dave", "demo", ["Only PMC members, release managers and sysadmins manage releases."]),
        ("bob", "quiet", ["Sample Quiet is retired: it makes no more releases."]),
        ("", "quiet", ["Sign in first.", "Sample Quiet is retired: it makes no more releases."]),
        ("rm", "demo", []),
    ],
)
def test_it_says_why_no_release_can_be_begun(
    furnished: Door, user: str, project: str, reasons: list[str]
) -> None:
    actor = act_as(furnished, user) if user else ANONYMOUS
    found = furnished.ask(actor, ShowProjectPage(ProjectKey(project)))
    assert list(found.begin_reasons) == reasons


def test_what_is_not_there_is_not_found(door: Door) -> None:
    make_project(door)
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowProjectPage(ProjectKey("nobody")))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowProductPage(TOOLS))


def test_each_field_of_a_policy_says_who_set_it(furnished: Door) -> None:
    of_project = furnished.ask(ANONYMOUS, ShowPolicy(DEMO)).levels
    assert of_project["mail_to"] is PolicyLevel.DEV_LIST
    assert of_project["release_checklist"] is PolicyLevel.PROJECT
    assert of_project["min_binding"] is PolicyLevel.FOUNDATION
    of_line = furnished.ask(ANONYMOUS, ShowPolicy(TOOLS)).levels
    assert of_line["min_hours"] is PolicyLevel.PRODUCT
    assert of_line["release_checklist"] is PolicyLevel.PROJECT


@pytest.mark.parametrize("word", RESERVED_PRODUCT_KEYS)
def test_no_line_takes_a_word_of_the_sites_own_addresses(door: Door, word: str) -> None:
    make_project(door)
    with pytest.raises(Invalid, match="own addresses"):
        door.perform(act_as(door, "alice"), CreateProduct(ProductRef(DEMO, ProductKey(word)), "Words"))


def test_only_sysadmins_found_projects(door: Door) -> None:
    root = add_person(door, "root", sysadmin=True)
    alice = add_person(door, "alice")
    door.ask(root, CheckFounding())
    assert door.ask(root, ShowFoundation()).may_found
    assert not door.ask(alice, ShowFoundation()).may_found
    with pytest.raises(Denied):
        door.ask(alice, CheckFounding())
    with pytest.raises(NotSignedIn):
        door.ask(ANONYMOUS, CheckFounding())


def test_everybody_reads_the_foundations_facts(door: Door) -> None:
    view = door.ask(ANONYMOUS, ShowFoundation())
    assert view.foundation.name == "Sample Foundation"
    assert Activity.PROJECT_ADMIN not in view.permitted


def test_keys_say_where_they_sign_and_whether_they_stay(furnished: Door) -> None:
    own = furnished.ask(act_as(furnished, "alice"), ListOwnKeys())
    lasting, old = sorted(own, key=lambda each: each.signing.key.user_ids)
    assert (old.projects, lasting.projects) == ((), (DEMO,))
    assert old.delete_reasons == lasting.delete_reasons == ()
    assert {each.projects for each in furnished.ask(ANONYMOUS, ListProjectKeys(DEMO))} == {(DEMO,)}
    assert furnished.ask(ANONYMOUS, ShowKey(lasting.signing.fingerprint)).owner_name == "Alice"


def test_a_taken_key_of_a_line_is_a_conflict(door: Door) -> None:
    make_project(door)
    with pytest.raises(Conflict):
        door.perform(act_as(door, "alice"), CreateProduct(ProductRef.parse("demo"), "Again"))


def test_more_releases_ask_no_more_of_the_database(door: Door, engine: Engine) -> None:
    make_project(door)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts = []
    for number in range(1, 4):
        door.perform(act_as(door, "rm"), CreateRelease(ProductRef.parse("demo"), Version(f"1.{number}")))
        asked.clear()
        door.ask(ANONYMOUS, ShowProjectPage(DEMO))
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts
