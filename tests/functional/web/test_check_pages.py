# SPDX-License-Identifier: Apache-2.0
"""Working through findings: by rule or by file, narrowed, acknowledged, and waived after a preview."""

import pytest

from atr.domain.check import Finding, Severity
from atr.domain.names import ProjectKey, ReleaseKey
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.waivers import ListWaivers
from tests.functional.web.test_release_pages import BLOCKER, CONCERN, NOTE, NoteFindings, compose
from tests.support import scenes
from tests.support.browsing import Visitor, walk_in
from tests.support.playground import act_as
from tests.support.voting import KEY, StoreFiles
from tests.support.website import Client

PAGE = "/releases/demo/main/1.0"
CHECKS = f"{PAGE}/checks"
HEADER, NO_KEY = "licence.header", "signature.no-key"


@pytest.fixture
def rm(door: Door, api: Client) -> Visitor:
    """Return the release manager of a candidate with a blocker, a concern and a note."""
    compose(door, (BLOCKER, CONCERN, NOTE))
    return walk_in(api, door, "rm")


def spread(door: Door, files: int, each: int, rule: str = HEADER) -> None:
    """Find the same on many files."""
    door.keep(
        NoteFindings(
            *(
                Finding(rule, Severity.CONCERN, f"part{number:03}.zip", "No header.", f"src/{place}.c")
                for number in range(files)
                for place in range(each)
            )
        )
    )


def test_findings_are_grouped_by_file(rm: Visitor) -> None:
    by_file = rm.look(f"{CHECKS}?by=file")

    assert "demo-1.0.tar.gz" in by_file.text
    assert "How to repair it" in by_file.text
    assert f"{CHECKS}?by=file&severity=concern" in by_file.links
    assert CHECKS in by_file.links


def test_many_files_and_places_are_folded_and_have_pages_of_their_own(door: Door, api: Client) -> None:
    compose(door)
    spread(door, 40, 12)
    visitor = walk_in(api, door)

    page = visitor.look(f"{CHECKS}?by=file")
    everything = visitor.look(f"{CHECKS}?by=file&everything=true")
    alone = visitor.look(f"{CHECKS}?by=file&file=part039.zip")

    assert len(page.answer.content) < 60_000
    assert "15 more files with findings" in page.text
    assert "part030.zip" not in page.text
    assert "part039.zip" in everything.text
    assert "7 more on this file" in page.text
    assert "Show all 12 findings" in page.text
    assert "src/11.c" in alone.text
    assert "Only findings on part039.zip." in alone.text


def test_of_many_rules_only_the_first_are_filled(door: Door, api: Client) -> None:
    compose(door)
    rules = ("licence.header", "licence.notice", *(f"made.up-{number}" for number in range(10)))
    door.keep(
        NoteFindings(
            *(
                Finding(rule, Severity.CONCERN, "demo-1.0.tar.gz", f"Why {rule}.", f"src/{place}.c")
                for rule in rules
                for place in range(40)
            )
        )
    )

    page = walk_in(api, door).look(CHECKS)

    assert "Show all 40 places" in page.text
    assert "35 more places" in page.text
    assert len(page.answer.content) < 60_000


@pytest.mark.parametrize("by", ["rule", "file"])
def test_findings_are_found_by_words(rm: Visitor, by: str) -> None:
    found = rm.look(f"{CHECKS}?by={by}&q=NOTICE")
    nothing = rm.look(f"{CHECKS}?by={by}&q=50%25")

    assert CONCERN.message in found.text
    assert BLOCKER.message not in found.text
    assert "Only findings with “NOTICE”." in found.text
    assert "No finding with “50%”" in nothing.text


def test_findings_of_one_file_are_narrowed_by_rule_too(rm: Visitor) -> None:
    seen = rm.look(f"{CHECKS}?file={BLOCKER.artifact}&severity=blocker")
    elsewhere = rm.look(f"{CHECKS}?file=elsewhere.zip")

    assert f"Only findings of severity blocker on {BLOCKER.artifact}." in seen.text
    assert CONCERN.message not in seen.text
    assert "No finding on elsewhere.zip" in elsewhere.text


def test_a_long_search_goes_on_over_pages(door: Door, api: Client) -> None:
    compose(door)
    spread(door, 3, 50)
    visitor = walk_in(api, door)

    first = visitor.look(f"{CHECKS}?by=file&q=header")
    following = next(link for link in first.links if "cursor=" in link)

    assert "part002.zip" in visitor.look(following).text
    assert "q=header" in following


def test_one_concern_is_acknowledged_alone(door: Door, rm: Visitor) -> None:
    door.keep(NoteFindings(CONCERN, Finding(CONCERN.rule, Severity.CONCERN, "other.zip", "Another year.")))

    link = next(link for link in rm.look(CHECKS).links if f"finding={CONCERN.id}" in link)
    form = rm.look(link)
    sent = rm.send(
        f"{CHECKS}/acknowledgements", {"finding": form.values["finding"], "reason": "It is right."}
    )

    assert form.values["finding"] == CONCERN.id
    assert sent.leads_to == CHECKS
    assert "One concern is acknowledged, under your name." in rm.look(CHECKS).text


def test_what_was_ticked_and_typed_comes_back_with_the_fault_beside_it(rm: Visitor) -> None:
    fields = {"finding": CONCERN.id, "reason": "", "of": CONCERN.rule}

    sent = rm.send(f"{CHECKS}/acknowledgements", fields)

    assert sent.status == 422
    assert "Give a reason of 1 to 2000 characters." in sent.text
    assert sent.values["finding"] == CONCERN.id


def test_there_is_a_form_only_for_concerns_that_wait(door: Door, rm: Visitor, api: Client) -> None:
    assert rm.look(f"{CHECKS}/acknowledgements?rule={NO_KEY}").status == 404
    assert rm.look(f"{CHECKS}/acknowledgements").status == 404
    assert rm.look(f"{CHECKS}/waivers?rule=no.such-rule").status == 404
    assert walk_in(api, door, "dave").look(f"{CHECKS}/acknowledgements?rule={CONCERN.rule}").status == 403
    assert walk_in(api, door).look(f"{CHECKS}/waivers?rule={NO_KEY}").leads_to.startswith("/sign-in")


def test_a_waiver_shows_what_it_would_cover_before_it_is_made(door: Door, rm: Visitor) -> None:
    other = ReleaseKey.parse("demo/1.1")
    door.perform(act_as(door, "rm"), CreateRelease(other.line, other.version))
    files = door.keep(StoreFiles({"demo-1.1.tar.gz": b"newer"}))
    door.perform(act_as(door, "rm"), AddRevision(other, 0, files))
    door.keep(scenes.NoteFindings(other, 1))

    proposed = rm.look(f"{CHECKS}/waivers?rule={NO_KEY}")
    wider = rm.look(f"{CHECKS}/waivers?rule={NO_KEY}&paths=*&expires=2100-01-02&versions=1.*")

    assert "1 finding in open candidates and the newest releases, without an end." in proposed.text
    assert "demo/1.0 this candidate" in proposed.text
    assert "a second person has to confirm it" in proposed.text
    assert "2 findings in open candidates and the newest releases, of versions 1.*" in wider.text
    assert "until 2100-01-02 00:00 UTC" in wider.text
    assert door.ask(act_as(door, "rm"), ListWaivers(ProjectKey("demo"))) == ()


def test_a_preview_without_script_makes_nothing_and_keeps_what_was_typed(door: Door, rm: Visitor) -> None:
    fields = {"rule": NO_KEY, "paths": "none*", "reason": "Old key.", "preview": "true", "versions": "1.*"}

    shown = rm.send(f"{CHECKS}/waivers", fields)

    assert shown.status == 200
    assert "0 findings" in shown.text
    assert "Old key." in shown.text
    assert shown.values["versions"] == "1.*"
    assert door.ask(act_as(door, "rm"), ListWaivers(ProjectKey("demo"))) == ()


def test_a_waiver_has_an_end_and_faults_stand_beside_their_fields(door: Door, rm: Visitor) -> None:
    fields = {"rule": CONCERN.rule, "paths": "*", "reason": "Until it is repaired."}

    past = rm.send(f"{CHECKS}/waivers", fields | {"expires": "2001-01-01"})
    no_day = rm.send(f"{CHECKS}/waivers", fields | {"expires": "soon"})
    good = rm.send(f"{CHECKS}/waivers", fields | {"expires": "2100-01-01"})

    assert "Choose a time to come." in past.text
    assert "Write a day such as 2027-06-30." in no_day.text
    assert good.leads_to == CHECKS
    waiver = door.ask(act_as(door, "rm"), ListWaivers(KEY.project))[0].waiver
    assert waiver.expires_at is not None
    assert waiver.expires_at.year == 2100
    assert "The waiver was recorded." in rm.look(CHECKS).text


def test_of_very_many_places_whole_files_are_proposed(door: Door, rm: Visitor) -> None:
    spread(door, 1, 30)

    proposed = rm.look(f"{CHECKS}/waivers?rule={HEADER}")

    assert "part000.zip*" in proposed.text
    assert "and 18 more" in proposed.text


def test_the_form_for_all_of_a_rule_ticks_nothing_by_itself(door: Door, rm: Visitor) -> None:
    spread(door, 1, 60)

    form = rm.look(f"{CHECKS}/acknowledgements?rule={HEADER}")

    assert "All 60 of this rule" in form.text
    assert "finding" not in form.values
    assert rm.look(f"{CHECKS}?by=file&file=part000.zip&cursor=x").status == 422
