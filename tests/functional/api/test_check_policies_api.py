# SPDX-License-Identifier: Apache-2.0
"""What projects tell the checks, over HTTP."""

import pytest

from atr.domain.names import ProductKey, ProductRef, ProjectKey
from atr.services.door import Door
from atr.services.products import CreateProduct
from tests.support.channels import make_channel
from tests.support.playground import act_as, make_project
from tests.support.website import Client, enter_as

PROJECT = "/api/v1/projects/demo/policy/checks"
LINE = "/api/v1/projects/demo/products/tools/policy/checks"


@pytest.fixture
def alice(door: Door) -> dict[str, str]:
    make_project(door)
    tools = ProductRef(ProjectKey("demo"), ProductKey("tools"))
    door.perform(act_as(door, "alice"), CreateProduct(tools, "Tools"))
    return enter_as(door, "alice")


def test_everybody_reads_what_holds_and_who_set_it(api: Client, alice: dict[str, str]) -> None:
    shown = api.get(PROJECT).json()
    assert (shown["version"], shown["number"], shown["levels"]["licence"]) == ("0.0", 0, "foundation")
    assert shown["effective"]["licence"] == "Apache-2.0"
    assert shown["own"]["licence"] is None
    assert api.get(PROJECT.replace("demo", "nowhere")).status_code == 404


def test_some_fields_are_set_and_inherited_again(api: Client, door: Door, alice: dict[str, str]) -> None:
    make_channel(door)
    body = {"licence_checker": "rat", "excluded_globs": ["docs/*"], "required_channels": ["npm"]}
    saved = api.patch(PROJECT, json=body, headers=alice).json()
    assert (saved["version"], saved["examined_again"]) == ("1.0", 0)
    assert saved["effective"]["required_channels"] == ["npm"]
    line = api.patch(LINE, json={"licence_checker": "both"}, headers=alice).json()
    assert (line["version"], line["levels"]["licence_checker"]) == ("1.1", "product")
    assert (line["inherited"]["licence_checker"], line["effective"]["excluded_globs"]) == ("rat", ["docs/*"])
    again = api.patch(LINE, json={"licence_checker": None}, headers=alice).json()
    assert (again["version"], again["effective"]["licence_checker"]) == ("1.2", "rat")
    versions = api.get(f"{LINE}/versions").json()["items"]
    assert [(each["number"], each["override"]["licence_checker"]) for each in versions] == [
        (2, None),
        (1, "both"),
    ]
    assert [each["saved_by"] for each in api.get(f"{PROJECT}/versions").json()["items"]] == ["alice"]


def test_all_faults_are_told_at_once(api: Client, alice: dict[str, str]) -> None:
    body = {"source_globs": [], "required_checks": ["everything"]}
    refused = api.patch(PROJECT, json=body, headers=alice)
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["errors"]} == {"source_globs", "required_checks"}
    assert api.patch(PROJECT, json={"licence_checker": "mine"}, headers=alice).status_code == 422
    assert api.patch(PROJECT, json={"more": 1}, headers=alice).status_code == 422


def test_nobody_overwrites_what_he_has_not_seen(api: Client, door: Door, alice: dict[str, str]) -> None:
    seen = {"If-Match": api.get(PROJECT).headers["etag"]}
    body = {"licence_checker": "both"}
    assert api.patch(PROJECT, json=body, headers=alice | seen).status_code == 200
    assert api.patch(PROJECT, json=body, headers=alice | seen).status_code == 412
    assert api.patch(PROJECT, json=body, headers=enter_as(door, "dave")).status_code == 403
    assert api.patch(PROJECT, json=body).status_code == 401
