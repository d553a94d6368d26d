# SPDX-License-Identifier: Apache-2.0
"""Signing in and out, the account, and tokens."""

from collections.abc import Callable

import pytest

from atr.domain.names import UserId
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.services.account_views import ListTokens
from atr.services.accounts import MakeLoginLink
from atr.services.credentials import ResolveToken
from atr.services.door import Door
from tests.support.browsing import HTML, Visitor, walk_in
from tests.support.door import SettableClock
from tests.support.playground import act_as, add_person, issue_token, log_in, make_project, sign_in
from tests.support.website import Client, enter_as

WalkIn = Callable[[str], Visitor]
TOKEN = {"name": "nightly", "days": "30", "activities": "run phase"}


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


@pytest.fixture(autouse=True)
def project(door: Door) -> None:
    make_project(door)


def make_code(door: Door, user: str = "alice") -> str:
    return door.perform(OPERATOR, MakeLoginLink(UserId(user))).code


def test_without_a_link_it_says_how_to_get_one(enter: WalkIn) -> None:
    page = enter("").look("/sign-in?next=/projects/demo")
    assert page.status == 200
    assert "atr admin login-link USER" in page.text


def test_looking_at_a_link_uses_nothing_up(enter: WalkIn, door: Door) -> None:
    code = make_code(door)
    for _ in range(2):
        page = enter("").look(f"/sign-in?code={code}")
        assert "Sign in as Alice" in page.text
        assert page.values["code"] == code
        assert page.answer.headers["cache-control"] == "no-store"
        assert "atr_session" not in page.answer.cookies
        assert not any(code in link for link in page.links)


def test_pressing_the_button_signs_in_once_and_leads_on(enter: WalkIn, api: Client, door: Door) -> None:
    code = make_code(door)
    visitor = enter("")
    form = visitor.look(f"/sign-in?code={code}&next=/projects/demo")
    sent = visitor.send("/sign-in", {"code": code, "next": form.values["next"]})
    assert (sent.status, sent.leads_to) == (303, "/projects/demo")
    cookie = sent.answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "You are signed in as Alice." in visitor.look("/projects/demo").text
    assert "Hello, Alice" in visitor.look("/").text
    again = visitor.send("/sign-in", {"code": code})
    assert again.status == 422
    assert "was used, has expired or never existed" in again.text


def test_signing_in_ends_the_session_before(enter: WalkIn, api: Client, door: Door) -> None:
    visitor = enter("bob")
    before = str(api.cookies["atr_session"])
    assert (
        "You are signed in as bob now; that session ends."
        in visitor.look(f"/sign-in?code={make_code(door)}").text
    )
    visitor.send("/sign-in", {"code": make_code(door)})
    api.cookies.clear()
    api.cookies.set("atr_session", before)
    assert "Hello" not in visitor.look("/").text


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_to_another_site(enter: WalkIn, door: Door, onward: str) -> None:
    sent = enter("").send("/sign-in", {"code": make_code(door), "next": onward})
    assert sent.leads_to == "/"


def test_a_link_that_is_over_says_so(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    code = make_code(door)
    clock.advance(hours=1)
    page = enter("").look(f"/sign-in?code={code}")
    assert page.status == 410
    assert "Ask for a new one." in page.text
    assert enter("").look("/sign-in?code=nonsense").status == 410


def test_a_form_without_its_token_signs_nobody_in(api: Client, door: Door) -> None:
    answer = api.post("/sign-in", data={"code": make_code(door)}, headers=HTML)
    assert answer.status_code == 403
    assert "atr_session" not in api.cookies


def test_signing_out_ends_the_session(enter: WalkIn, api: Client) -> None:
    visitor = enter("alice")
    secret = str(api.cookies["atr_session"])
    assert visitor.send("/sign-out").leads_to == "/"
    assert "You are signed out." in visitor.look("/").text
    api.cookies.set("atr_session", secret)
    assert "Hello" not in visitor.look("/").text
    assert visitor.send("/sign-out").status == 303
    assert visitor.look("/sign-out").status == 405


@pytest.mark.parametrize("path", ["/me", "/me/tokens", "/me/keys"])
def test_an_account_needs_somebody(enter: WalkIn, path: str) -> None:
    page = enter("").look(path)
    assert (page.status, page.leads_to) == (303, f"/sign-in?next={path}")


def test_an_account_shows_who_one_is(enter: WalkIn) -> None:
    page = enter("alice").look("/me")
    for text in ("alice@example.org", "Sample Demo PMC member", "You may: binding vote", "This browser"):
        assert text in page.text
    assert {"/api/v1/me/personal-data", "/projects/demo"} <= set(page.links)
    assert "Nothing yet." in page.text


def test_an_account_shows_what_one_did(enter: WalkIn, door: Door) -> None:
    issue_token(door, "alice")
    page = enter("alice").look("/me")
    assert "issued a token" in page.text
    assert "/events?actor=alice" not in page.links
    add_person(door, "member", foundation_member=True)
    assert "/events?actor=member" in enter("member").look("/me").links


def test_somebody_on_no_roster_is_told_so(enter: WalkIn, door: Door) -> None:
    add_person(door, "newcomer")
    assert "You are on no roster" in enter("newcomer").look("/me").text


def test_all_other_browsers_are_signed_out(enter: WalkIn, door: Door) -> None:
    visitor = enter("alice")
    sign_in(door, "alice")
    assert "Another browser" in visitor.look("/me").text
    assert visitor.send("/me/sessions").leads_to == "/me"
    page = visitor.look("/me")
    assert "You were signed out in 1 other browser." in page.text
    assert "Another browser" not in page.text
    assert "Sign out everywhere else" not in page.text


def test_a_program_has_no_browser_to_keep(enter: WalkIn, api: Client, door: Door) -> None:
    headers = {**enter_as(door, "alice"), **HTML}
    assert "In no browser" in Visitor(api, headers).look("/me").text
    assert Visitor(api, headers).send("/me/sessions").leads_to.startswith("/sign-in")


def test_a_token_is_made_and_shown_once(enter: WalkIn, door: Door) -> None:
    visitor = enter("alice")
    fields = {**TOKEN, "activities": ["run phase", "manage key"], "projects": "demo", "phases": "compose"}
    made = visitor.send("/me/tokens", fields)
    assert made.status == 201
    assert made.answer.headers["cache-control"] == "no-store"
    secret = next(word for word in made.text.split() if word.startswith("atr_") and len(word) > 30)
    assert door.ask(ANONYMOUS, ResolveToken(secret)).actor.user == "alice"
    page = visitor.look("/me/tokens")
    assert secret not in page.answer.text
    for text in ("nightly Valid", "manage key, run phase", "projects: demo", "phases: compose", "never used"):
        assert text in page.text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"days": "181"}, "Use 180 or less."),
        ({"days": "0"}, "Use 1 or more."),
        ({"days": "soon"}, "Use a whole number."),
        ({"activities": []}, "Name at least one activity."),
        ({"activities": "vote"}, "An automation may not be given: vote."),
        ({"projects": "nobody"}, "There are no such projects: nobody."),
        ({"products": "2.0"}, "is not a product key"),
        ({"phases": "sleep"}, "There are no such phases: sleep."),
        ({"more": "1"}, "This form has no such field."),
    ],
)
def test_a_faulty_token_is_explained_and_kept(
    enter: WalkIn, door: Door, change: dict[str, str | list[str]], complaint: str
) -> None:
    page = enter("alice").send("/me/tokens", {**TOKEN, **change})
    assert page.status == 422
    assert complaint in page.text
    assert page.values["days"] == change.get("days", "30")
    assert door.ask(act_as(door, "alice"), ListTokens()) == ()


def test_a_token_is_revoked(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    token = issue_token(door, "alice").token
    visitor = enter("alice")
    assert visitor.send(f"/me/tokens/{token.id}/revoke").leads_to == "/me/tokens"
    page = visitor.look("/me/tokens")
    assert "The token ci was revoked." in page.text
    assert "ci Revoked" in page.text
    clock.advance(minutes=1)
    assert visitor.send(f"/me/tokens/{token.id}/revoke").status == 409
    assert enter("bob").send(f"/me/tokens/{token.id}/revoke").status == 404
    assert enter("alice").look(f"/me/tokens/{token.id}/revoke").status == 405


def test_a_personal_token_says_that_it_may_do_everything(enter: WalkIn, door: Door) -> None:
    log_in(door, "alice")
    assert "acts as you, with everything you may do" in enter("alice").look("/me/tokens").text


def test_a_token_that_is_over_says_so(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    issue_token(door, "alice", days=1)
    clock.advance(days=2)
    assert "ci Expired" in enter("alice").look("/me/tokens").text


def test_reminders_are_switched_off_where_the_mail_leads(enter: WalkIn) -> None:
    alice = enter("alice")
    assert alice.look("/me/reminders").leads_to == "/me"
    assert "You get one mail when" in alice.look("/me").text
    assert alice.send("/me/reminders/off").leads_to == "/me"
    assert "You get no reminders of votes." in alice.look("/me").text
    alice.send("/me/reminders/on")
    assert "You get one mail when" in alice.look("/me").text
