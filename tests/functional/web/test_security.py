# SPDX-License-Identifier: Apache-2.0
"""Headers, form tokens, sessions and tokens."""

import asyncio
import re
from types import SimpleNamespace
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from atr.web.parts import WebParts
from atr.web.security import SecurityHeaders
from atr.web.session import end_session_cookie, make_session_cookie, read_local_path
from tests.functional.web.conftest import GOOD_SECRET, HTML, SIGNED_IN, read_form_token

FORM = {"theme": "dark", "next": "/design"}
THING = {"name": "x", "count": 1}


@pytest.mark.parametrize("path", ["/design", "/nope", "/api/v1/openapi.json", "/healthz", "/api/v1/nope"])
def test_every_response_carries_the_security_headers(client: TestClient[Litestar], path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "private, no-cache"
    assert "strict-transport-security" not in headers


def test_only_scripts_with_the_nonce_of_this_very_page_run(client: TestClient[Litestar]) -> None:
    first, second = client.get("/design", headers=HTML), client.get("/design", headers=HTML)
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', first.text))

    assert f"script-src 'nonce-{nonce}' 'strict-dynamic';" in first.headers["content-security-policy"]
    assert nonce not in second.text
    assert first.text.count("<script") == first.text.count(f'nonce="{nonce}"')


def test_what_is_no_page_runs_nothing(client: TestClient[Litestar]) -> None:
    assert "script-src" not in client.get("/healthz").headers["content-security-policy"]


def test_a_script_that_runs_as_a_worker_imports_only_ours(client: TestClient[Litestar]) -> None:
    asset = re.findall(r"/static/[0-9a-f]+/atr\.js", client.get("/design", headers=HTML).text)[0]

    assert "script-src 'self'" in client.get(asset).headers["content-security-policy"]


def test_a_kept_copy_goes_on_with_the_policy_it_came_with() -> None:
    message: Any = {"type": "http.response.start", "status": 304, "headers": []}

    asyncio.run(SecurityHeaders(SimpleNamespace(is_https=False))(message, None))  # type: ignore[arg-type]

    names = [name for name, _ in message["headers"]]
    assert b"x-content-type-options" in names
    assert b"content-security-policy" not in names


def test_transport_is_strict_where_people_come_by_https(https_client: TestClient[Litestar]) -> None:
    answer = https_client.get("/design")

    assert "max-age=63072000" in answer.headers["strict-transport-security"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-atr_csrf=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


def test_no_page_has_a_script_or_a_style_inside(client: TestClient[Litestar]) -> None:
    for path in ("/design", "/api/v1/docs", "/nope"):
        page = client.get(path, headers=HTML).text
        assert "<style" not in page
        assert "style=" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count("<script src=")


def test_a_form_with_its_token_is_taken(client: TestClient[Litestar]) -> None:
    token = read_form_token(client)

    answer = client.post("/appearance", data=FORM | {"_csrf_token": token}, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/design"
    assert "atr_theme=dark" in answer.headers["set-cookie"]


@pytest.mark.parametrize("token", [None, "", "forged", "0" * 128])
def test_a_form_without_the_right_token_is_refused(client: TestClient[Litestar], token: str | None) -> None:
    read_form_token(client)

    data = FORM if token is None else FORM | {"_csrf_token": token}
    answer = client.post("/appearance", data=data, headers=HTML, follow_redirects=False)

    assert answer.status_code == 403
    assert "reload the page and send it again" in answer.text


def test_a_form_from_another_site_is_refused_even_with_a_token(client: TestClient[Litestar]) -> None:
    data = FORM | {"_csrf_token": read_form_token(client)}

    answer = client.post("/appearance", data=data, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


def test_a_token_cookie_signed_with_an_earlier_secret_is_dropped(client: TestClient[Litestar]) -> None:
    client.cookies["atr_csrf"] = "0" * 128

    answer = client.post("/appearance", data=FORM | {"_csrf_token": "0" * 128}, headers=HTML)

    assert answer.status_code == 403
    assert "atr_csrf=" in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_a_page_takes_forms_only(client: TestClient[Litestar]) -> None:
    token = read_form_token(client)

    answer = client.post("/design", json={"choice": "+1"}, headers={"x-csrftoken": token})

    assert answer.status_code == 415


def test_an_api_write_with_a_bearer_token_needs_no_form_token(probed: TestClient[Litestar]) -> None:
    assert probed.post("/api/v1/probe/things", json=THING, headers=SIGNED_IN).status_code == 201


def test_an_api_write_with_a_session_needs_the_form_token(probed: TestClient[Litestar]) -> None:
    probed.cookies["atr_session"] = GOOD_SECRET
    without = probed.post("/api/v1/probe/things", json=THING)
    token = read_form_token(probed)
    with_token = probed.post("/api/v1/probe/things", json=THING, headers={"x-csrftoken": token})

    assert (without.status_code, with_token.status_code) == (403, 201)


def test_files_and_answers_of_the_api_set_no_cookie(client: TestClient[Litestar]) -> None:
    assert "set-cookie" not in client.get("/api/v1/openapi.json").headers


def test_who_asks_is_known_by_token_by_cookie_or_not_at_all(probed: TestClient[Litestar]) -> None:
    path = "/api/v1/probe/whoami"

    assert probed.get(path).json() == {"actor": "anonymous"}
    assert probed.get(path, headers=SIGNED_IN).json() == {"actor": "rmanager"}
    probed.cookies["atr_session"] = GOOD_SECRET
    assert probed.get(path).json() == {"actor": "rmanager"}


@pytest.mark.parametrize("header", ["Bearer atr_stolen", "bearer ", "Bearer atr_good x"])
def test_a_bad_token_is_refused_even_where_nobody_has_to_be_known(
    probed: TestClient[Litestar], header: str
) -> None:
    probed.cookies["atr_session"] = GOOD_SECRET

    answer = probed.get("/api/v1/probe/whoami", headers={"authorization": header})

    assert answer.status_code == 401
    assert answer.json()["reasons"] == ["The token is unknown, expired or revoked: make a new one."]


def test_a_stale_session_counts_as_nobody(probed: TestClient[Litestar]) -> None:
    probed.cookies["atr_session"] = "over"

    assert probed.get("/api/v1/probe/whoami").json() == {"actor": "anonymous"}


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(parts: WebParts) -> None:
    header = make_session_cookie(parts, "s3cret", 600).to_header(header="")

    assert header.startswith("atr_session=s3cret;")
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    assert "Max-Age=0" in end_session_cookie(parts).to_header(header="")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/a\\b",
        "/a\nb",
        "javascript:alert(1)",
        "/\t/evil.example",
    ],
)
def test_nobody_is_led_to_another_site(text: str | None) -> None:
    assert read_local_path(text) == "/"


def test_a_path_of_this_site_is_kept() -> None:
    assert read_local_path("/releases/widget/2.4.0?tab=files#top") == "/releases/widget/2.4.0?tab=files#top"


def test_secrets_are_not_in_the_representation_of_the_parts(parts: WebParts) -> None:
    assert parts.csrf_secret not in repr(parts)
