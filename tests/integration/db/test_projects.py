# SPDX-License-Identifier: Apache-2.0
"""Projects, product lines and policies in the database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine

from atr.db.channels import ChannelRows
from atr.db.engine import count_queries
from atr.db.people import PersonRows
from atr.db.products import ProductRows
from atr.db.projects import ProjectRows
from atr.domain.channel_use import ChannelUse
from atr.domain.distribution import Channel
from atr.domain.errors import Conflict
from atr.domain.names import ChannelKey, MailAddress, ProductKey, ProductRef, ProjectKey, UserId
from atr.domain.people import EMPTY_ROSTER, Person, Roster
from atr.domain.platform import PlatformKey
from atr.domain.policy import PolicyOverride, PolicyVersion
from atr.domain.project import MailingLists, ProductLine, Project, ProjectStatus
from atr.domain.versions import VersionOrder
from tests.support.door import NOON

DEMO, NOWHERE = ProjectKey("demo"), ProjectKey("nowhere")
ALICE, BOB = UserId("alice"), UserId("bob")
POLICY = PolicyOverride((MailAddress("a@b"),), False, 0, "Build.", True, 4, False)
PROJECT = Project(
    key=DEMO,
    name="Demo",
    status=ProjectStatus.RETIRED,
    description="Old but good.",
    homepage="https://demo.example.org",
    mailing_lists=MailingLists(
        MailAddress("dev@demo"), MailAddress("announce@demo"), MailAddress("private@demo")
    ),
    roster=Roster(frozenset({ALICE}), frozenset({ALICE, BOB}), frozenset({BOB})),
    policy=POLICY,
    policy_version=3,
    created_at=NOON,
)
NPM, PYPI = ChannelKey("npm"), ChannelKey("pypi")
LINE = ProductLine(
    ref=ProductRef(DEMO, ProductKey("tools")),
    name="Tools",
    version_order=VersionOrder.CALVER,
    uses=(
        ChannelUse(NPM, required=True, owner_namespace="demo", final_names=("latest", "next")),
        ChannelUse(PYPI, package="demo-tools", files=("*.whl",), staging_name="rc"),
    ),
    policy=PolicyOverride(mail_to=()),
    policy_version=1,
    created_at=NOON,
)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        for user in (ALICE, BOB):
            PersonRows(connection).save(Person(user, user))
        for key in (NPM, PYPI):
            channel = Channel(key, key, PlatformKey.PYPI, "https://registry.example.org/")
            ChannelRows(connection).add(channel, None)
        yield connection


@pytest.fixture
def projects(connection: Connection) -> ProjectRows:
    return ProjectRows(connection)


@pytest.fixture
def products(connection: Connection, projects: ProjectRows) -> ProductRows:
    projects.add(PROJECT)
    return ProductRows(connection)


def test_a_project_is_read_as_it_was_written(projects: ProjectRows) -> None:
    projects.add(PROJECT)
    assert projects.find(DEMO) == PROJECT
    assert projects.find_roster(DEMO) == PROJECT.roster
    assert projects.find(NOWHERE) is None
    assert projects.find_roster(NOWHERE) is None


def test_a_roster_may_be_empty(projects: ProjectRows) -> None:
    projects.add(Project(DEMO, "Demo"))
    assert projects.find_roster(DEMO) == EMPTY_ROSTER


def test_a_key_is_taken_once(projects: ProjectRows) -> None:
    projects.add(PROJECT)
    with pytest.raises(Conflict, match="There is a project demo already"):
        projects.add(PROJECT)


def test_a_roster_names_people_of_the_directory(projects: ProjectRows) -> None:
    with pytest.raises(Conflict, match="The roster of demo names somebody who is not known"):
        projects.add(replace(PROJECT, roster=Roster(frozenset({UserId("ghost")}))))


def test_saving_counts_editions_and_refuses_old_ones(projects: ProjectRows) -> None:
    projects.add(PROJECT)
    changed = replace(PROJECT, name="New", roster=EMPTY_ROSTER, policy=PolicyOverride(), sponsor=None)
    saved = projects.save(changed)
    assert saved == replace(changed, edition=2)
    assert projects.find(DEMO) == saved
    with pytest.raises(Conflict, match="The project demo was changed by somebody else"):
        projects.save(changed)


def test_projects_of_a_person_and_names_are_found(projects: ProjectRows) -> None:
    projects.add(PROJECT)
    projects.add(Project(ProjectKey("other"), "Other"))
    assert [project.key for project in projects.list_of_person(BOB)] == ["demo"]
    assert projects.find_names([DEMO, NOWHERE]) == {DEMO: "Demo"}


def test_listing_takes_two_queries_however_many_there_are(projects: ProjectRows, engine: Engine) -> None:
    for number in range(20):
        projects.add(replace(PROJECT, key=ProjectKey(f"p{number}")))
    with count_queries(engine) as log:
        assert len(projects.list()) == 20
    assert len(log.statements) == 2


def test_policies_are_kept_by_number_and_place(projects: ProjectRows, products: ProductRows) -> None:
    products.add(LINE)
    first, second = PolicyVersion(1, POLICY, NOON, ALICE), PolicyVersion(2, PolicyOverride(), NOON, None)
    for place in (DEMO, LINE.ref):
        projects.add_policy_version(place, first)
        projects.add_policy_version(place, second)
        assert projects.list_policy_versions(place) == (second, first)
    with pytest.raises(Conflict, match="The policy of demo was saved by somebody else"):
        projects.add_policy_version(DEMO, second)


def test_a_line_is_read_as_it_was_written(products: ProductRows) -> None:
    products.add(LINE)
    assert products.find(LINE.ref) == LINE
    assert products.find(ProductRef(DEMO, ProductKey("more"))) is None


def test_lines_are_listed_main_first(products: ProductRows) -> None:
    for key in ("zebra", "main", "apple"):
        products.add(replace(LINE, ref=ProductRef(DEMO, ProductKey(key))))
    assert [line.ref.product for line in products.list(DEMO)] == ["main", "apple", "zebra"]
    assert products.list(NOWHERE) == ()
    assert products.list_many([]) == {}


def test_a_line_is_added_once_and_saved_by_edition(products: ProductRows) -> None:
    products.add(LINE)
    saved = products.save(replace(LINE, name="New"))
    assert products.find(LINE.ref) == saved == replace(LINE, name="New", edition=2)
    with pytest.raises(Conflict, match="The product line demo/tools was changed by somebody else"):
        products.save(LINE)
    with pytest.raises(Conflict, match="There is a product line demo/tools already"):
        products.add(LINE)
