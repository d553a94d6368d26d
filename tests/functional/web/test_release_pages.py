# SPDX-License-Identifier: Apache-2.0
"""The page of a release in its phases, the steps taken on it, its findings, and beginning one."""

from collections.abc import Iterable

import pytest

from atr.domain.check import Basis, Finding, Severity
from atr.domain.errors import Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.people import OPERATOR, SERVICE, Roster
from atr.ports.repositories.events import EventFilter
from atr.services.door import Bookkeeping, Door, Work
from atr.services.evaluations import BeginEvaluation, FinishEvaluation, RequestEvaluation
from atr.services.events import ListEvents
from atr.services.phase_steps import TakeStep
from atr.services.projects import SetRoster
from atr.services.release_views import ShowRelease
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRound, ResolveRoundIfDue
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_line, make_project
from tests.support.publishing import finish_release, set_aside, settle_jobs
from tests.support.voting import (
    KEY,
    Bench,
    StoreFiles,
    cast_vote,
    make_bench,
    read_release,
    seal_release,
    start_vote,
)
from tests.support.website import Client

PAGE = "/releases/demo/main/1.0"
BLOCKER = Finding("signature.no-key", Severity.BLOCKER, "demo-1.0.tar.gz", "No key of the project fits.")
CONCERN = Finding(
    "licence.notice", Severity.CONCERN, "demo-1.0.tar.gz", "NOTICE names another year.", "a/NOTICE"
)
NOTE = Finding("archive.contents", Severity.NOTE, "demo-1.0.tar.gz", "<script>alert(1)</script>")


class NoteFindings(Bookkeeping[None]):
    def __init__(self, *found: Finding, revision: int = 1) -> None:
        self.found, self.revision = found, revision

    def note(self, work: Work) -> None:
        work.unit.checks.finish_evaluation(KEY, self.revision, self.found, work.now)


def compose(door: Door, found: Iterable[Finding] = ()) -> None:
    make_project(door)
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    files = {"demo-1.0.tar.gz": b"the source", "demo-1.0.tar.gz.sha512": b"its checksum", "stray.asc": b"x"}
    door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles(files)), (), "The first files"))
    door.keep(NoteFindings(*found))


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


def count_events(door: Door) -> int:
    return len(door.ask(OPERATOR, ListEvents(EventFilter(KEY.project))).items)


def test_the_page_says_where_the_release_is_what_blocks_it_and_who_goes_on(door: Door, api: Client) -> None:
    compose(door, (BLOCKER, CONCERN))

    seen = walk_in(api, door, "rm").look(PAGE)

    assert seen.status == 200
    assert "Composing, at revision 1" in seen.text
    assert "1 blocker is open: repair the files or waive the rule." in seen.text
    assert "1 concern waits to be acknowledged." in seen.text
    assert "You can do this, and so can Alice, Bob and Carol." in seen.text
    assert "/help/phases#compose" in seen.links
    assert "demo-1.0.tar.gz" in seen.text
    assert "made revision 1 with 3 files" in seen.text


def test_everybody_is_told_who_can_take_the_next_step(door: Door, api: Client) -> None:
    compose(door, (BLOCKER, CONCERN))
    assert "Rm, Alice, Bob or 1 other can do this." in walk_in(api, door).look(PAGE).text
    assert "Rm, Alice, Bob or 1 other can do this." in walk_in(api, door, "dave").look(PAGE).text


def test_without_anybody_on_the_roster_the_roles_are_named(door: Door, api: Client) -> None:
    compose(door, ())
    add_person(door, "root", sysadmin=True)
    door.perform(act_as(door, "root"), SetRoster(KEY.project, Roster()))
    assert "By a PMC member, release manager or sysadmin." in walk_in(api, door).look(PAGE).text


def test_what_disables_the_button_is_what_the_refusal_says(door: Door, api: Client) -> None:
    compose(door, (BLOCKER, CONCERN))
    rm = walk_in(api, door, "rm")
    rm.send(f"{PAGE}/phase", {"to": "evaluate"})

    with pytest.raises(Refused) as refusal:
        door.perform(act_as(door, "rm"), TakeStep(KEY, Phase.VOTE))
    page = rm.look(PAGE).answer.text

    assert 'aria-disabled="true"' in page
    for reason in refusal.value.reasons:
        assert reason in page


def test_a_step_is_taken_and_told(door: Door, api: Client) -> None:
    compose(door)
    rm = walk_in(api, door, "rm")

    sent = rm.send(f"{PAGE}/phase", {"to": "evaluate"})

    assert (sent.status, sent.leads_to) == (303, PAGE)
    assert read_release(door).phase is Phase.EVALUATE
    assert "The release is now in phase Evaluate." in rm.look(PAGE).text


def test_a_step_that_is_closed_comes_back_with_every_reason(door: Door, api: Client) -> None:
    compose(door, (BLOCKER, CONCERN))
    rm = walk_in(api, door, "rm")
    rm.send(f"{PAGE}/phase", {"to": "evaluate"})

    sent = rm.send(f"{PAGE}/phase", {"to": "vote"})

    assert sent.status == 409
    assert "This was not done." in sent.text
    assert sent.text.count("1 blocker is open: repair the files or waive the rule.") >= 2
    assert read_release(door).phase is Phase.EVALUATE


def test_nobody_without_a_role_finds_a_step_to_take(door: Door, api: Client) -> None:
    compose(door)
    add_person(door, "visitor")

    for user in ("", "visitor"):
        page = walk_in(api, door, user).look(PAGE).answer.text
        assert f'action="{PAGE}/phase"' not in page
        assert "Other steps" not in page


def test_a_step_without_the_role_is_denied(door: Door, api: Client) -> None:
    compose(door)
    add_person(door, "visitor")

    assert walk_in(api, door, "visitor").send(f"{PAGE}/phase", {"to": "evaluate"}).status == 403
    anonymous = walk_in(api, door).send(f"{PAGE}/phase", {"to": "evaluate"})
    assert (anonymous.status, anonymous.values["to"]) == (401, "evaluate")
    assert read_release(door).phase is Phase.COMPOSE


@pytest.mark.parametrize(
    "path",
    [
        "phase",
        "files/remove",
        "checks",
        "checks/acknowledgements",
        "checks/waivers",
        "votes",
        "votes/1/ballot",
        "announcement",
    ],
)
def test_a_form_without_its_token_changes_nothing(door: Door, api: Client, path: str) -> None:
    compose(door)
    rm = walk_in(api, door, "rm")
    before = count_events(door)

    answer = rm.client.post(f"{PAGE}/{path}", data={"to": "evaluate"}, headers=rm.headers)

    assert answer.status_code == 403
    assert count_events(door) == before


def test_looking_writes_nothing(door: Door, api: Client, queue: RecordedQueue) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    rm = walk_in(api, door, "rm")
    before = (count_events(door), len(queue.jobs), read_release(door))

    for path in ("", "/files", "/checks", "/votes", "/votes/1", "/announcement", "/revisions/1"):
        assert rm.look(PAGE + path).status == 200, path
    for path in ("/releases", "/projects/demo/main/new-release", "/projects/demo/main/downloads"):
        assert rm.look(path).status == 200, path

    assert (count_events(door), len(queue.jobs), read_release(door)) == before


def test_a_candidate_is_abandoned_after_a_question(door: Door, api: Client) -> None:
    compose(door)
    rm = walk_in(api, door, "rm")

    page = rm.look(PAGE)
    sent = rm.send(f"{PAGE}/phase", {"to": "abandoned", "reason": "Built from the wrong branch."})

    assert "Abandon this candidate?" in page.text
    assert sent.status == 303
    seen = rm.look(PAGE).text
    assert "Abandoned" in seen
    assert "Built from the wrong branch." in seen


def test_revoking_needs_a_reason_that_everybody_reads(door: Door, api: Client, bench: Bench) -> None:
    make_project(door)
    finish_release(bench, KEY)
    rm = walk_in(api, door, "rm")

    refused = rm.send(f"{PAGE}/phase", {"to": "revoked"})
    done = rm.send(f"{PAGE}/phase", {"to": "revoked", "reason": "A leak of keys."})

    assert refused.status == 422
    assert "Say why: everybody can read the reason for which it is revoked." in refused.text
    assert done.status == 303
    assert "A leak of keys." in walk_in(api, door).look(PAGE).text


def test_only_a_sysadmin_finds_how_to_restore(door: Door, api: Client, bench: Bench) -> None:
    make_project(door)
    add_person(door, "root", sysadmin=True)
    finish_release(bench, KEY)
    set_aside(bench, Phase.ARCHIVED, KEY)

    assert "Restore" not in walk_in(api, door, "rm").look(PAGE).text
    assert "Restore" in walk_in(api, door, "root").look(PAGE).text


def test_every_phase_says_its_own(door: Door, api: Client, clock: SettableClock, bench: Bench) -> None:
    make_project(door)
    rm = walk_in(api, door, "rm")
    rm.send("/projects/demo/main/new-release", {"version": "0.1"})
    begun = rm.look("/releases/demo/main/0.1")
    seal_release(door)
    sealed = rm.look(PAGE)
    start_vote(door)
    voting = walk_in(api, door).look(PAGE)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    ResolveRoundIfDue(KEY, 1).run(bench.tools)
    voted = walk_in(api, door).look(PAGE)
    settle_jobs(bench)
    published, mine = walk_in(api, door).look(PAGE), walk_in(api, door, "rm").look(PAGE)

    assert "Begun, without files yet" in begun.text
    assert "/releases/demo/main/0.1/files" in begun.links
    assert "Revision 1 is sealed" in sealed.text
    assert f"{PAGE}/votes" in sealed.links
    assert "Look and vote" in voting.text
    assert "0 binding +1" in voting.text
    assert "Voted, being published" in voted.text
    assert "ATR does this by itself." in voted.text
    assert "Published, about to be announced" in published.text
    assert "Read and announce" in mine.text
    assert "Read and announce" not in published.text


def test_a_failed_vote_leads_to_a_new_candidate(door: Door, api: Client, clock: SettableClock) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    clock.advance(hours=73)
    door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))
    rm = walk_in(api, door, "rm")

    page = rm.look(PAGE)
    sent = rm.send(f"{PAGE}/phase", {"to": "compose"})

    assert "The vote did not pass" in page.text
    assert "Compose a new candidate" in page.text
    assert sent.status == 303
    assert "Composing, at revision 1" in rm.look(PAGE).text


def test_companions_are_missed_where_a_rule_asks_for_them(door: Door, api: Client) -> None:
    missing = Finding("names.signature-missing", Severity.BLOCKER, "demo-1.0.tar.gz", "It has no signature.")
    compose(door, (missing,))
    files = {"demo-1.0.tar.gz.cdx.json": b"{}", "README.txt": b"hello"}
    door.perform(act_as(door, "rm"), AddRevision(KEY, 1, door.keep(StoreFiles(files))))
    door.keep(NoteFindings(missing, revision=2))

    seen = walk_in(api, door).look(PAGE).text

    assert "signature missing" in seen
    assert "SBOM" in seen
    assert "README.txt 5 B no signature no checksum" in seen


def test_a_candidate_without_files_has_nothing_to_vote_on(door: Door, api: Client) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    rm = walk_in(api, door, "rm")

    assert "No vote yet" in rm.look(f"{PAGE}/votes").text
    assert "Nothing to check yet" in rm.look(f"{PAGE}/checks").text
    assert "The release manager has not added any." in walk_in(api, door).look(PAGE).text


def test_texts_of_people_and_files_are_shown_as_text(door: Door, api: Client) -> None:
    compose(door, (NOTE,))

    page = walk_in(api, door, "rm").look(PAGE).answer.text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_a_page_asks_no_more_of_the_database_for_more_findings(door: Door, api: Client) -> None:
    compose(door)
    many = tuple(
        Finding("licence.header", Severity.CONCERN, "demo-1.0.tar.gz", "No header.", f"src/{number}.c")
        for number in range(300)
    )
    door.keep(NoteFindings(*many))

    page = walk_in(api, door, "rm").look(PAGE)

    assert "296 more places" in page.text
    assert "300 to acknowledge" in page.text


def test_addresses_that_name_nothing_are_not_there(door: Door, api: Client) -> None:
    make_project(door)
    visitor = walk_in(api, door)

    for path in (PAGE, "/releases/demo/main/not-a-version", "/releases/nobody/main/1.0", f"{PAGE}/votes/1"):
        assert visitor.look(path).status == 404, path


def test_the_short_address_of_a_main_release_leads_to_its_page(door: Door, api: Client) -> None:
    compose(door)
    visitor = walk_in(api, door)

    assert visitor.look("/releases/demo/1.0").leads_to == PAGE
    assert visitor.look("/candidate/demo/1.0").leads_to == PAGE


def test_a_release_is_begun_from_its_product_line(door: Door, api: Client) -> None:
    make_project(door)
    make_line(door)
    rm = walk_in(api, door, "rm")

    form = rm.look("/projects/demo/tools/new-release")
    sent = rm.send("/projects/demo/tools/new-release", {"version": " 3.1.0 "})

    assert "It will be the first release." in form.text
    assert sent.leads_to == "/releases/demo/tools/3.1.0/files"
    assert door.ask(OPERATOR, ShowRelease(ReleaseKey.parse("demo/tools/3.1.0"))).release.created_by == "rm"


def test_a_version_that_cannot_be_is_refused_beside_its_field(door: Door, api: Client) -> None:
    make_project(door)
    rm = walk_in(api, door, "rm")

    wrong = rm.send("/projects/demo/main/new-release", {"version": "latest"})
    none = rm.send("/projects/demo/main/new-release", {"version": ""})

    assert wrong.status == 422
    assert "'latest' is not a version" in wrong.text
    assert wrong.values["version"] == "latest"
    assert "Please fill this in." in none.text


def test_a_version_that_was_used_is_refused(door: Door, api: Client) -> None:
    compose(door)

    sent = walk_in(api, door, "rm").send("/projects/demo/main/new-release", {"version": "1.0"})

    assert sent.status == 409
    assert "This was not done." in sent.text


def test_who_may_not_begin_a_release_is_told_so(door: Door, api: Client) -> None:
    make_project(door)

    seen = walk_in(api, door).look("/projects/demo/main/new-release")

    assert "Only PMC members, release managers and sysadmins manage releases." in seen.text
    assert "version" not in seen.values


def test_concerns_are_acknowledged_with_one_reason(door: Door, api: Client) -> None:
    compose(door, (CONCERN, NOTE))
    rm = walk_in(api, door, "rm")

    sent = rm.send(f"{PAGE}/checks/acknowledgements", {"finding": CONCERN.id, "reason": "The year is right."})
    seen = rm.look(f"{PAGE}/checks")

    assert sent.leads_to == f"{PAGE}/checks"
    assert "Acknowledged by Rm: The year is right." in seen.text
    assert "1 acknowledged" in seen.text


def test_an_acknowledgement_without_reason_or_finding_is_refused(door: Door, api: Client) -> None:
    compose(door, (CONCERN,))
    rm = walk_in(api, door, "rm")

    no_reason = rm.send(f"{PAGE}/checks/acknowledgements", {"finding": CONCERN.id})
    no_finding = rm.send(f"{PAGE}/checks/acknowledgements", {"reason": "Fine."})

    assert "Give a reason of 1 to 2000 characters." in no_reason.text
    assert "Tick the findings to acknowledge." in no_finding.text


def test_a_blocker_is_waived_by_two_people(door: Door, api: Client) -> None:
    compose(door, (BLOCKER,))
    fields = {"rule": BLOCKER.rule, "paths": "demo-*.tar.gz\n\n", "reason": "Signed by the old key."}

    proposed = walk_in(api, door, "rm").send(f"{PAGE}/checks/waivers", fields)
    mine = walk_in(api, door, "rm").look(PAGE)
    page = walk_in(api, door, "alice").look(PAGE).answer.text
    address = next(each for each in page.split('"') if "/waivers/" in each)
    confirmed = walk_in(api, door, "alice").send(address)

    assert proposed.status == 303
    assert "Rm proposes to waive it at demo-*.tar.gz: Signed by the old key." in mine.text
    assert "It counts once a second person of the project has confirmed it." in mine.text
    assert confirmed.status == 303
    assert "Waived by Rm and Alice: Signed by the old key." in walk_in(api, door).look(PAGE).text


def test_findings_are_narrowed_to_a_severity(door: Door, api: Client) -> None:
    compose(door, (BLOCKER, NOTE))
    visitor = walk_in(api, door)

    notes = visitor.look(f"{PAGE}/checks?severity=note").text
    concerns = visitor.look(f"{PAGE}/checks?severity=concern").text

    assert "archive.contents" in notes
    assert "signature.no-key" not in notes
    assert "No finding of severity concern" in concerns


def test_the_checks_are_asked_for_again(door: Door, api: Client) -> None:
    compose(door)
    rm = walk_in(api, door, "rm")

    assert rm.send(f"{PAGE}/checks").leads_to == f"{PAGE}/checks"
    assert "waiting for a worker" in rm.look(f"{PAGE}/checks").text
    assert "ATR examines revision 1 (waiting)." in rm.look(PAGE).text


def test_releases_are_listed_and_narrowed(door: Door, api: Client, bench: Bench) -> None:
    make_project(door)
    finish_release(bench, ReleaseKey.parse("demo/0.9"))
    seal_release(door)
    visitor = walk_in(api, door)

    everything = visitor.look("/releases")
    candidates = visitor.look("/releases?stage=candidate&project=demo")
    nothing = visitor.look("/releases?q=nothing")

    assert PAGE in everything.links
    assert "/releases/demo/main/0.9" in everything.links
    assert "/releases/demo/main/0.9" not in candidates.links
    assert "No release matches" in nothing.text


def test_an_installation_without_releases_says_what_to_do(door: Door, api: Client) -> None:
    assert "No releases yet" in walk_in(api, door).look("/releases").text


def test_a_rule_is_read_page_by_page(door: Door, api: Client) -> None:
    compose(door)
    many = tuple(
        Finding("licence.header", Severity.CONCERN, "demo-1.0.tar.gz", "No header.", f"src/{number:03}.c")
        for number in range(150)
    )
    door.keep(NoteFindings(*many))
    visitor = walk_in(api, door)

    first = visitor.look(f"{PAGE}/checks?severity=concern&rule=licence.header")
    following = f"{PAGE}/checks?severity=concern&rule=licence.header&cursor=99"
    rest = visitor.look(following)

    assert "src/099.c" in first.text
    assert "src/100.c" not in first.text
    assert "cursor=99" in first.answer.text
    assert "src/149.c" in rest.text
    assert "More of them" not in rest.text
    assert "No finding of the rule no.such-rule" in visitor.look(f"{PAGE}/checks?rule=no.such-rule").text


def test_all_of_a_rule_are_acknowledged_in_one_form(door: Door, api: Client) -> None:
    compose(door)
    many = tuple(
        Finding("licence.header", Severity.CONCERN, "demo-1.0.tar.gz", "No header.", f"src/{number:03}.c")
        for number in range(60)
    )
    door.keep(NoteFindings(*many))
    rm = walk_in(api, door, "rm")

    asked = next(link for link in rm.look(f"{PAGE}/checks").links if "acknowledgements?rule=" in link)
    assert "All 60 of this rule" in rm.look(asked).text
    rm.send(f"{PAGE}/checks/acknowledgements", {"rule": "licence.header", "reason": "All generated."})

    assert "60 acknowledged" in rm.look(f"{PAGE}/checks").text


def test_the_page_says_what_the_evaluation_went_by(door: Door, api: Client) -> None:
    compose(door)
    door.perform(act_as(door, "rm"), RequestEvaluation(KEY))
    begun_at = door.keep(BeginEvaluation(KEY, 1))
    assert begun_at is not None
    door.perform(SERVICE, FinishEvaluation(KEY, 1, (CONCERN,), begun_at, Basis("0.0", "0123456789abcdef")))

    seen = walk_in(api, door, "rm").look(f"{PAGE}/checks").text

    assert "Examined under version 0.0 of the check policy, with the rules 0123456789abcdef" in seen
    assert "hold now" in seen


def test_every_rule_is_explained_where_findings_lead_to(door: Door, api: Client) -> None:
    compose(door, (BLOCKER,))
    visitor = walk_in(api, door)

    assert '/help/checks#rule-signature-no-key"' in visitor.look(f"{PAGE}/checks").answer.text
    page = visitor.look("/help/checks")

    assert 'id="rule-signature-no-key"' in page.answer.text
    assert "To repair it:" in page.text
