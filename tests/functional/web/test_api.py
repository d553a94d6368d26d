# SPDX-License-Identifier: Apache-2.0
"""What every API resource can rely on: health, description, tags, cursors."""

from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from atr.web.conditional import make_etag
from atr.web.parts import WebParts
from tests.functional.web.conftest import HTML, SIGNED_IN
from tests.support.house import move_in

TAG = make_etag("thing", 7)
THING = {"name": "x", "count": 1}


def test_a_living_process_says_so(client: TestClient[Litestar]) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_ready_server_names_its_parts(client: TestClient[Litestar]) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": {"database": "ok", "store": "ok"}}


def test_a_failed_part_makes_the_server_unready_without_giving_details(parts: WebParts) -> None:
    broken = replace(parts, pings={"database": lambda: "password rejected for atr", "store": lambda: None})
    with move_in(broken) as app, TestClient(app) as client:
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "failed", "parts": {"database": "failed", "store": "ok"}}


def test_the_description_is_openapi_with_problem_details(probed: TestClient[Litestar]) -> None:
    description = probed.get("/api/v1/openapi.json").json()

    operation = description["paths"]["/api/v1/probe/things"]["post"]
    assert description["openapi"].startswith("3.1")
    assert operation["description"] == "Make a thing."
    assert operation["responses"]["default"]["content"] == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    }
    assert "400" not in operation["responses"]
    assert description["components"]["schemas"]["Problem"]["required"] == [
        "type",
        "title",
        "status",
        "detail",
    ]
    assert "/design" not in description["paths"]


def test_a_name_in_the_path_is_described_as_text(probed: TestClient[Litestar]) -> None:
    description = probed.get("/api/v1/openapi.json").json()

    parameter = description["paths"]["/api/v1/probe/projects/{project}"]["get"]["parameters"][0]
    assert parameter["schema"]["type"] == "string"


def test_the_description_is_sent_once_to_who_has_it(client: TestClient[Litestar]) -> None:
    etag = client.get("/api/v1/openapi.json").headers["etag"]

    assert client.get("/api/v1/openapi.json", headers={"if-none-match": etag}).status_code == 304


def test_people_read_the_description_as_a_page(probed: TestClient[Litestar]) -> None:
    page = probed.get("/api/v1/docs", headers=HTML).text

    assert "/api/v1/probe/things" in page
    assert "Make a thing." in page
    assert 'id="problem-refused"' in page


def test_no_stray_address_serves_the_description(client: TestClient[Litestar]) -> None:
    for path in ("/schema", "/api/v1/openapi", "/api/v1/openapi/openapi.json"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("header", "status"), [(None, 200), (TAG, 200), ("*", 200), (f'"x", {TAG}', 200), ('"x"', 412)]
)
def test_a_change_can_insist_on_the_state_it_was_decided_on(
    probed: TestClient[Litestar], header: str | None, status: int
) -> None:
    headers = SIGNED_IN | ({"if-match": header} if header else {})

    answer = probed.put("/api/v1/probe/things", json=THING, headers=headers)

    assert answer.status_code == status
    assert answer.headers["etag"] == TAG


@pytest.mark.parametrize(("header", "status"), [(TAG, 304), (f"W/{TAG}", 304), ("*", 304), ('"x"', 200)])
def test_an_unchanged_state_is_not_sent_again(probed: TestClient[Litestar], header: str, status: int) -> None:
    answer = probed.get("/api/v1/probe/things", headers={"if-none-match": header})

    assert (answer.status_code, answer.headers["etag"]) == (status, TAG)


def test_a_list_is_read_to_its_end_by_cursors(probed: TestClient[Litestar]) -> None:
    numbers: list[int] = []
    parameters: dict[str, str] = {}
    while True:
        page = probed.get("/api/v1/probe/numbers", params=parameters).json()
        numbers += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        parameters = {"cursor": page["next"]}

    assert numbers == list(range(120))


@pytest.mark.parametrize(
    "cursor", ["", "x", "bm9wZQ", "WyJ4Il0", "W10", "W3RydWVd", "eyJhIjoxfQ", "é", "A" * 5000]
)
def test_a_cursor_that_was_never_given_out_is_refused(probed: TestClient[Litestar], cursor: str) -> None:
    answer = probed.get("/api/v1/probe/numbers", params={"cursor": cursor})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "201", "many", "-1", "1.5"])
def test_a_limit_outside_its_bounds_is_refused(probed: TestClient[Litestar], limit: str) -> None:
    answer = probed.get("/api/v1/probe/numbers", params={"limit": limit})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"
