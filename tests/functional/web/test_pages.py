# SPDX-License-Identifier: Apache-2.0
"""The frame of pages: forms, messages, themes, escaping and static files."""

import gzip

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from atr.web.assets import Assets
from atr.web.flash import Flash, Tone, make_flash_cookie, read_flashes
from atr.web.parts import WebParts
from tests.functional.web.conftest import HTML, read_form_token

BALLOT = {"choice": "+1", "hours": "72", "list": "dev", "comment": "", "downloaded": "true"}


def test_a_form_that_was_read_leads_on_with_a_message_shown_once(client: TestClient[Litestar]) -> None:
    data = BALLOT | {"_csrf_token": read_form_token(client)}

    page = client.post("/design", data=data, headers=HTML)
    again = client.get("/design", headers=HTML)

    assert "The form was read: +1 within 72 hours." in page.text
    assert "The form was read" not in again.text


def test_a_form_with_faults_comes_back_with_what_was_typed_and_every_fault(
    client: TestClient[Litestar],
) -> None:
    data = {"hours": "many", "comment": "<b>mine</b>", "_csrf_token": read_form_token(client)}

    page = client.post("/design", data=data, headers=HTML)

    form = page.text.partition('id="form"')[2].partition("</form>")[0]
    assert page.status_code == 422
    assert 'value="many"' in form
    assert "&lt;b&gt;mine&lt;/b&gt;" in form
    assert form.count('class="field-error"') == 3
    assert 'aria-invalid="true"' in form
    assert "Use a whole number." in form


def test_a_refused_form_says_every_reason_above_the_fields(client: TestClient[Litestar]) -> None:
    data = BALLOT | {"choice": "-1", "_csrf_token": read_form_token(client)}

    page = client.post("/design", data=data, headers=HTML)

    assert page.status_code == 409
    assert "A -1 needs a comment that says why." in page.text
    assert "Nothing else is missing." in page.text


def test_an_unknown_field_of_a_form_is_named(client: TestClient[Litestar]) -> None:
    data = BALLOT | {"admin": "true", "_csrf_token": read_form_token(client)}

    page = client.post("/design", data=data, headers=HTML)

    assert page.status_code == 422
    assert "admin: This form has no such field." in page.text


def test_a_message_is_shown_as_text(probed: TestClient[Litestar]) -> None:
    data = {"word": "<script>alert(1)</script>", "_csrf_token": read_form_token(probed)}

    page = probed.post("/probe/form", data=data, headers=HTML).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_messages_survive_signed_and_only_so(parts: WebParts) -> None:
    flashes = (Flash("Größer → besser"), Flash("x" * 5000, Tone.BAD), Flash("third"), Flash("fourth"))

    cookie = make_flash_cookie(parts, flashes).value
    read = read_flashes(parts, cookie)

    assert cookie is not None
    assert len(cookie) < 4000
    assert read[0] == flashes[0]
    assert read[1].text.endswith(" …")
    assert len(read) == 3
    assert read_flashes(parts, cookie.replace(".", ".0", 1)) == ()
    assert read_flashes(parts, "junk") == ()
    assert read_flashes(parts, None) == ()


@pytest.mark.parametrize(("theme", "shown"), [("dark", "dark"), ("light", "light"), ('"><x', "auto")])
def test_the_theme_of_the_cookie_is_shown(client: TestClient[Litestar], theme: str, shown: str) -> None:
    page = client.get("/design", headers=HTML | {"cookie": f"atr_theme={theme}"}).text

    assert f'<html lang="en" data-theme="{shown}">' in page


def test_a_theme_that_does_not_exist_is_refused(client: TestClient[Litestar]) -> None:
    data = {"theme": "neon", "_csrf_token": read_form_token(client)}

    assert client.post("/appearance", data=data, headers=HTML).status_code == 422


def test_somebody_signed_in_finds_the_account_menu(client: TestClient[Litestar]) -> None:
    client.cookies["atr_session"] = "atr_good"

    page = client.get("/design", headers=HTML).text

    assert '<span class="account-name">rmanager</span>' in page
    assert 'action="/sign-out"' in page


def test_pages_are_compressed_with_a_length_that_tells_nothing(client: TestClient[Litestar]) -> None:
    lengths = {
        client.get("/design", headers={"accept-encoding": "gzip"}).headers["content-length"]
        for _ in range(20)
    }
    plain = client.get("/design", headers={"accept-encoding": "identity"})

    assert len(lengths) > 1
    assert "content-encoding" not in plain.headers


def test_static_files_are_immutable_under_their_digest(client: TestClient[Litestar]) -> None:
    address = Assets().address("atr.css")

    answer = client.get(address, headers={"accept-encoding": "gzip"})
    plain = client.get(address, headers={"accept-encoding": "identity"})
    stale = client.get(address.replace(Assets().digest, "0" * 16))

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.content == plain.content
    assert stale.headers["cache-control"] == "public, no-cache"
    assert "set-cookie" not in answer.headers


def test_no_path_leads_out_of_the_static_files(client: TestClient[Litestar]) -> None:
    for path in ("../app.py", "%2e%2e/app.py", "css/00-tokens.css", "/etc/passwd"):
        assert client.get(f"/static/{Assets().digest}/{path}").status_code == 404


def test_a_first_visit_stays_small(client: TestClient[Litestar]) -> None:
    page = client.get("/design", headers={"accept-encoding": "identity"}).content
    loaded = ("atr.css", "atr.js", "vendor/htmx.min.js", "vendor/icons.svg")
    fonts = ("plex-sans-latin", "plex-mono-latin-400", "plex-mono-latin-600")
    assets = Assets()

    text_bytes = sum(len(assets.find(name).squeezed or b"") for name in loaded)
    font_bytes = sum(len(assets.find(f"vendor/{name}.woff2").content) for name in fonts)

    assert len(gzip.compress(page)) <= 60 * 1024
    assert text_bytes + font_bytes <= 120 * 1024
