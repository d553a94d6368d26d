# SPDX-License-Identifier: Apache-2.0
"""Failures: the same sentences for people and programs, and nothing that was not meant for them."""

import logging

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from tests.functional.web.conftest import HTML, SIGNED_IN, read_form_token

EXPECTED = {
    "hidden": (404, "not-found"),
    "nobody": (401, "not-signed-in"),
    "denied": (403, "denied"),
    "refused": (409, "refused"),
    "conflict": (409, "refused"),
    "invalid": (422, "invalid"),
    "large": (413, "too-large"),
    "full": (507, "out-of-space"),
    "often": (429, "too-many-requests"),
    "unforeseen": (500, "unexpected"),
}
THING = {"name": "x", "count": 1}


@pytest.mark.parametrize(("kind", "expected"), EXPECTED.items())
def test_every_failure_has_its_status_and_problem_type(
    probed: TestClient[Litestar], kind: str, expected: tuple[int, str]
) -> None:
    answer = probed.get(f"/api/v1/probe/fail/{kind}")

    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (expected[0], expected[0])
    assert problem["type"].endswith(f"/api/v1/docs#problem-{expected[1]}")
    assert problem["detail"]
    assert problem["title"]


def test_a_refusal_gives_every_unmet_condition_as_a_sentence_of_its_own(probed: TestClient[Litestar]) -> None:
    problem = probed.get("/api/v1/probe/fail/refused").json()

    assert problem["reasons"] == ["There are no files yet.", "2 concerns wait to be acknowledged."]


def test_all_faulty_fields_are_named_at_once(probed: TestClient[Litestar]) -> None:
    problem = probed.get("/api/v1/probe/fail/invalid").json()

    assert problem["errors"] == [
        {"field": "hours", "message": "Use a whole number."},
        {"field": "list", "message": "Name a list."},
    ]


def test_a_program_without_a_token_is_told_how_to_send_one(probed: TestClient[Litestar]) -> None:
    answer = probed.get("/api/v1/probe/fail/nobody")

    assert answer.headers["www-authenticate"] == 'Bearer realm="atr"'


def test_too_many_requests_say_when_to_come_back(probed: TestClient[Litestar]) -> None:
    assert probed.get("/api/v1/probe/fail/often").headers["retry-after"] == "30"


@pytest.mark.parametrize("kind", ["hidden", "denied", "refused", "conflict", "large", "full"])
def test_people_read_the_same_sentences_on_a_page(probed: TestClient[Litestar], kind: str) -> None:
    problem = probed.get(f"/api/v1/probe/fail/{kind}").json()
    page = probed.get(f"/probe/fail/{kind}", headers=HTML)

    assert page.status_code == problem["status"]
    assert page.headers["content-type"].startswith("text/html")
    assert all(sentence in page.text for sentence in problem["reasons"])


def test_people_who_are_not_signed_in_are_led_there_and_back(probed: TestClient[Litestar]) -> None:
    answer = probed.get("/probe/fail/nobody?tab=1", headers=HTML, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/probe/fail/nobody%3Ftab%3D1"


@pytest.mark.parametrize(
    ("referrer", "next_path"),
    [
        ("http://testserver.local/design?tab=1", "/design%3Ftab%3D1"),
        ("http://testserver.local.evil.example/x", "/"),
        ("https://evil.example/", "/"),
        ("", "/"),
    ],
)
def test_a_form_that_needs_signing_in_leads_back_to_its_own_page(
    probed: TestClient[Litestar], referrer: str, next_path: str
) -> None:
    data = {"_csrf_token": read_form_token(probed)}
    headers = HTML | {"referer": referrer}

    answer = probed.post("/probe/closed", data=data, headers=headers, follow_redirects=False)

    assert answer.headers["location"] == f"/sign-in?next={next_path}"


def test_a_partial_update_that_needs_signing_in_moves_the_whole_page(probed: TestClient[Litestar]) -> None:
    answer = probed.get("/probe/fail/nobody", headers=HTML | {"hx-request": "true"}, follow_redirects=False)

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/sign-in?next=")


def test_outside_the_api_a_program_gets_problem_details_too(probed: TestClient[Litestar]) -> None:
    answer = probed.get("/probe/fail/hidden", headers={"accept": "application/json"})

    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unforeseen_fault_is_logged_under_the_reference_that_is_shown(
    probed: TestClient[Litestar],
) -> None:
    with capture_logs() as logs:
        page = probed.get("/probe/fail/unforeseen", headers=HTML)

    entry = next(log for log in logs if log["event"] == "request failed")
    assert page.status_code == 500
    assert entry["reference"] in page.text
    assert entry["exc_info"].args == ("the secret is swordfish",)
    assert "swordfish" not in page.text


def test_an_address_with_a_secret_in_it_is_not_logged(probed: TestClient[Litestar]) -> None:
    with capture_logs() as logs:
        probed.get("/probe/fail/unforeseen?token=hunter2")

    assert "hunter2" not in str(logs)
    assert logs[0]["path"] == "/probe/fail/{kind}"


@pytest.mark.parametrize("path", ["/nope", "/api/v1/nope", "/design/nope", "/static/0/nope.css"])
def test_an_unknown_address_is_not_there(client: TestClient[Litestar], path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_unknown_address_does_not_ask_somebody_signed_in_to_sign_in(client: TestClient[Litestar]) -> None:
    client.cookies["atr_session"] = "atr_good"

    page = client.get("/nope", headers=HTML).text

    assert "My account" in page
    assert "Sign in" not in page


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"", "application/json", 422),
        (b"null", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'"x"', "application/json", 422),
        (b'{"name": "x", "count": 1, "extra": 1}', "application/json", 422),
        (b'{"name": 5, "count": 1}', "application/json", 422),
        (b'{"name": "x", "count": "many"}', "application/json", 422),
        (b'{"name": "x", "count": -1}', "application/json", 422),
        (b'{"name": "x", "count": 1e400}', "application/json", 400),
        (b'{"name": "a\\u0000b", "count": 1}', "application/json", 422),
        (b'{"name": "x", "count": 1, "parts": [{"size": "\\u0000"}]}', "application/json", 422),
        (b'{"name": "x", "count": 1, "at": "yesterday"}', "application/json", 422),
        (b'{"name": "x", "count": 1, "at": "2026-01-01T00:00:00"}', "application/json", 422),
        (b'{"name": "x", "count": 1}', "text/plain", 415),
        (b"name=x&count=1", "application/x-www-form-urlencoded", 415),
        (b'{"name": "x", "count": 1}', "", 415),
    ],
)
def test_a_body_that_is_not_as_it_should_be_gets_a_clear_error(
    probed: TestClient[Litestar], body: bytes, content_type: str, status: int
) -> None:
    headers = SIGNED_IN | ({"content-type": content_type} if content_type else {})
    answer = probed.post("/api/v1/probe/things", content=body, headers=headers)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_half_a_surrogate_pair_never_reaches_a_handler(probed: TestClient[Litestar]) -> None:
    body = b'{"name": "a\\ud800b", "count": 1}'
    answer = probed.post(
        "/api/v1/probe/things", content=body, headers=SIGNED_IN | {"content-type": "application/json"}
    )

    assert answer.status_code in {400, 422}


def test_faults_deep_inside_are_named_with_dots(probed: TestClient[Litestar]) -> None:
    body = {"name": "", "parts": [{"size": 1}, {"size": "big"}], "kind": 1}

    problem = probed.post("/api/v1/probe/things", json=body, headers=SIGNED_IN).json()

    assert {error["field"] for error in problem["errors"]} == {"name", "count", "parts.1.size", "kind"}
    assert "big" not in problem["detail"]


def test_times_are_kept_in_utc(probed: TestClient[Litestar]) -> None:
    body = THING | {"at": "2026-01-01T02:00:00+02:00"}

    answer = probed.post("/api/v1/probe/things", json=body, headers=SIGNED_IN)

    assert answer.json()["at"] == "2026-01-01T00:00:00+00:00"


def test_the_wrong_method_is_refused_with_the_right_ones(probed: TestClient[Litestar]) -> None:
    answer = probed.delete("/api/v1/probe/things", headers=SIGNED_IN)

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) >= {"GET", "POST", "PUT"}


def test_a_body_over_the_limit_is_refused(probed: TestClient[Litestar]) -> None:
    body = b'{"name": "' + b"x" * 10_000_001 + b'", "count": 1}'
    headers = SIGNED_IN | {"content-type": "application/json"}

    assert probed.post("/api/v1/probe/things", content=body, headers=headers).status_code == 413


@pytest.mark.parametrize("address", ["/design?q=%00", "/api/v1/probe/things?q=a%00b", "/design%00"])
def test_an_address_with_a_nul_character_is_refused(probed: TestClient[Litestar], address: str) -> None:
    assert probed.get(address).status_code in {400, 404}


def test_a_name_in_the_path_is_parsed_and_an_impossible_one_is_not_there(
    probed: TestClient[Litestar],
) -> None:
    assert probed.get("/api/v1/probe/projects/widget").json() == {"project": "widget", "type": "ProjectKey"}
    assert probed.get("/api/v1/probe/projects/Not-A-Key").status_code == 404


def test_head_answers_like_get_without_a_body(client: TestClient[Litestar]) -> None:
    answer = client.head("/design")

    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0


def test_the_framework_logs_nothing_by_itself(
    probed: TestClient[Litestar], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        probed.get("/probe/fail/hidden")

    assert not [record for record in caplog.records if record.name.startswith("litestar")]
