# SPDX-License-Identifier: Apache-2.0
"""Scripts in names, mails, files, members and Markdown are text, to a parser and in a real browser."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from atr.domain.check import Finding, Severity
from atr.domain.names import ReleaseKey, UserId
from atr.domain.people import OPERATOR
from atr.domain.policy import PolicyChange
from atr.domain.project import ProjectChange
from atr.services.ballots import CastBallot
from atr.services.door import Bookkeeping, Door, Work
from atr.services.people import CreatePerson
from atr.services.policies import SetPolicy
from atr.services.projects import EditProject
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from atr.web.parts import WebParts
from tests.support.browser import open_browser, open_context
from tests.support.browsing import walk_in
from tests.support.forms_found import read_markup
from tests.support.house import ServedHouse
from tests.support.payloads import EVERYTHING, PAYLOADS, SHORT
from tests.support.playground import act_as, make_project, sign_in
from tests.support.vote_mail import KEYS, find_call, receive, write_reply
from tests.support.voting import KEY, StoreFiles, seal_release, show_round, start_vote
from tests.support.website import Client

# What a path may hold of markup: the other characters are refused.
FILE = "demo-1.1'onmouseover='window.caught=1'&lt;script&gt;{{7+7}}.tar.gz"
MEMBER = f"demo-1.1/{PAYLOADS[3]}/{SHORT}"
BLOCKED, ROUND = "/releases/demo/main/1.1", "/releases/demo/main/1.0/votes/1"
PAGES = (
    "/",
    "/projects/demo",
    "/projects/demo/policy",
    "/projects/demo/roster",
    BLOCKED,
    f"{BLOCKED}/files",
    f"{BLOCKED}/checks",
    f"{BLOCKED}/revisions/1",
    "/releases/demo/main/1.0",
    "/releases/demo/main/1.0/votes",
    ROUND,
    "/events?subject=demo",
    "/search?q=%22%3E%3Csvg%2Fonload%3Dwindow.caught%3D1%3E",
    "/projects/%22%3E%3Csvg%2Fonload%3Dwindow.caught%3D1%3E",
)


class NoteHostile(Bookkeeping[None]):
    """Finish the evaluation with what an archive could have made the checks say."""

    def note(self, work: Work) -> None:
        """Write it down."""
        found = (
            Finding("archive.contents", Severity.BLOCKER, FILE, EVERYTHING, MEMBER),
            Finding("licence.notice", Severity.CONCERN, FILE, SHORT, MEMBER, {"expected": EVERYTHING}),
        )
        work.unit.checks.finish_evaluation(ReleaseKey.parse("demo/1.1"), 1, found, work.now)


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def hostile(door: Door) -> None:
    """Put scripts wherever somebody can put a text."""
    door.perform(OPERATOR, CreatePerson(UserId("alice"), PAYLOADS[0]))
    door.perform(OPERATOR, CreatePerson(UserId("rm"), SHORT))
    make_project(door)
    change = ProjectChange(name=SHORT, description=EVERYTHING)
    door.perform(act_as(door, "alice"), EditProject(KEY.project, change))
    checklist = "\n".join(f"- {each}" for each in PAYLOADS)
    door.perform(act_as(door, "alice"), SetPolicy(KEY.project, PolicyChange(release_checklist=checklist)))
    seal_release(door)
    start_vote(door)
    seen = show_round(door, 1).vote.manifest_digest
    door.perform(act_as(door, "bob"), CastBallot(KEY, 1, "-1", seen, EVERYTHING))
    receive(door, write_reply(find_call(door), "carol", f"+1\n\n{EVERYTHING}", Subject=f"Re: {PAYLOADS[2]}"))
    blocked = door.perform(act_as(door, "rm"), CreateRelease(KEY.line, ReleaseKey.parse("demo/1.1").version))
    files = door.keep(StoreFiles({FILE: b"anything"}))
    door.perform(act_as(door, "rm"), AddRevision(blocked.key, 0, files, (), EVERYTHING[:500]))
    door.keep(NoteHostile())


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("user", ["", "alice"])
def test_no_text_becomes_markup(api: Client, door: Door, user: str) -> None:
    visitor = walk_in(api, door, user)
    for path in PAGES:
        page = visitor.look(path)
        assert page.status < 500, path
        assert read_markup(path, page.answer.text).suspects == []


@pytest.mark.usefixtures("hostile")
def test_texts_are_shown_as_they_were_written(api: Client, door: Door) -> None:
    assert "window.caught=1" in walk_in(api, door).look(f"{BLOCKED}/checks").text
    assert "<svg/onload=window.caught=1>" in walk_in(api, door).look("/projects/demo").text


@pytest.fixture
def site(served_house: ServedHouse, website: WebParts) -> Iterator[str]:
    with served_house.inhabit(website) as url:
        yield url


@pytest.mark.xdist_group("browser")
@pytest.mark.usefixtures("hostile")
def test_nothing_runs_in_a_browser(door: Door, site: str) -> None:
    told: list[str] = []
    with open_browser() as browser, open_context(browser) as context:
        context.add_cookies([{"name": "atr_session", "value": sign_in(door, "alice").secret, "url": site}])
        page = context.new_page()
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.on("console", lambda message: told.append(message.text))
        page.on("response", lambda answer: told.append(answer.url) if answer.status >= 400 else None)
        for path in PAGES[:-1]:
            page.goto(site + path)
            expect(page.locator("html.scripted")).to_be_visible()
            assert page.evaluate("window.caught") is None, path
    assert told == []
