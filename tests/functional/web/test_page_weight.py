# SPDX-License-Identifier: Apache-2.0
"""How much is sent, and how often the database is asked, for a release with many files and findings."""

import pytest
from sqlalchemy import Engine

from atr.db.engine import count_queries
from atr.domain.check import Finding, Severity
from atr.services.door import Bookkeeping, Door, Work
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from tests.support.browsing import Seen, walk_in
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, StoreFiles
from tests.support.website import Client

PAGE = f"/releases/{KEY.project}/{KEY.product}/{KEY.version}"
KIBIBYTE = 1024
ARTIFACTS, FINDINGS = 100, 500
RULES = ("licence.notice", "header.missing", "names.checksum-missing", "archive.timestamps", "links.outside")
SEVERITIES = (Severity.BLOCKER, Severity.CONCERN, Severity.CONCERN, Severity.SUGGESTION, Severity.NOTE)


class NoteFindings(Bookkeeping[None]):
    """Finish the evaluation with many findings."""

    def note(self, work: Work) -> None:
        """Write them down."""
        found = tuple(make_finding(number) for number in range(FINDINGS))
        work.unit.checks.finish_evaluation(KEY, 1, found, work.now)


def make_finding(number: int) -> Finding:
    """Return one of several rules, the grave ones about the last artifacts."""
    place = number % len(RULES)
    member = f"demo-1.0/src/main/java/org/example/File{number}.java"
    artifact = f"part{ARTIFACTS - 1 - number % 7:03}.tar.gz"
    return Finding(
        RULES[place], SEVERITIES[place], artifact, f"{member} is at fault.", member, {"line": number}
    )


@pytest.fixture
def page(door: Door, api: Client) -> Seen:
    """Return the release's page as its release manager sees it."""
    make_project(door)
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    names = [f"part{number:03}.tar.gz" for number in range(ARTIFACTS)]
    files = {path: path.encode() for name in names for path in (name, f"{name}.asc")}
    door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles(files))))
    door.keep(NoteFindings())
    return walk_in(api, door, "rm").look(PAGE)


def test_a_page_stays_small_however_much_a_release_has(page: Seen) -> None:
    assert len(page.answer.content) <= 60 * KIBIBYTE


def test_files_at_fault_come_first_and_the_others_are_counted(page: Seen) -> None:
    assert "90 more files" in page.text
    assert "part099.tar.gz" in page.text
    assert "part050.tar.gz" not in page.text


def test_the_database_is_asked_no_more_for_it(page: Seen, door: Door, api: Client, engine: Engine) -> None:
    visitor = walk_in(api, door, "rm")
    with count_queries(engine) as log:
        assert visitor.look(f"{PAGE}?again").status == page.status == 200
    assert len(log) <= 28
