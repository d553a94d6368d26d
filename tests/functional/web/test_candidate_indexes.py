# SPDX-License-Identifier: Apache-2.0
"""The views of a candidate as their clients ask for them: what they say, how they are kept, when they end."""

import hashlib
import json

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.package import INSTALLABLE_PHASES
from atr.services.door import Door
from atr.services.phase_steps import TakeStep
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.candidates import (
    LAYOUT,
    METADATA,
    PLAIN_NPM,
    WHEEL,
    make_files,
    make_npm,
    seal_packages,
)
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, make_line, make_project
from tests.support.publishing import finish_release, set_aside
from tests.support.voting import KEY, Bench, make_bench, seal_release
from tests.support.website import Client

FILES = make_files()
ROOT = "/candidates/demo/main/1.0"
SIMPLE = f"{ROOT}/simple/sample-tool/"
IMAGE = "/v2/candidates/demo/main/1.0/sample"
JSON = {"accept": "application/vnd.pypi.simple.v1+json"}
VIEWS = (ROOT, f"{ROOT}/simple/", SIMPLE, f"{ROOT}/npm/sample-tool", f"{IMAGE}/tags/list")


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


@pytest.fixture
def sealed(bench: Bench) -> Bench:
    seal_packages(bench, FILES)
    return bench


def find_file(api: Client) -> str:
    """Return the address of the wheel as an index gives it."""
    files = api.get(SIMPLE, headers=JSON).json()["files"]
    return str(next(each["url"] for each in files if each["filename"] == WHEEL))


def test_the_simple_index_names_files_with_digests_and_what_they_need(api: Client, sealed: Bench) -> None:
    told = api.get(SIMPLE, headers=JSON)
    assert told.headers["content-type"] == JSON["accept"]
    body = told.json()
    assert body["meta"]["api-version"] == "1.1"
    assert body["meta"]["_candidate"].startswith("Candidate, not a release: demo/1.0, revision 1")
    assert (body["name"], body["versions"]) == ("sample-tool", ["1.0"])
    wheel, sdist = body["files"]
    assert wheel["hashes"] == {"sha256": hashlib.sha256(FILES[WHEEL]).hexdigest()}
    assert (wheel["size"], wheel["requires-python"]) == (len(FILES[WHEEL]), ">=3.8,<4")
    assert wheel["core-metadata"] == {"sha256": hashlib.sha256(METADATA).hexdigest()}
    assert "core-metadata" not in sdist
    assert api.get(f"{wheel['url']}.metadata").content == METADATA
    assert api.get(f"{sdist['url']}.metadata").status_code == 404


def test_the_simple_index_is_a_page_for_older_programs(api: Client, sealed: Bench) -> None:
    page = api.get(SIMPLE, headers={"accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    digest = hashlib.sha256(FILES[WHEEL]).hexdigest()
    assert f"{ROOT}/files/{digest}/{WHEEL}#sha256={digest}" in page.text
    assert 'data-requires-python="&gt;=3.8,&lt;4"' in page.text
    assert "Candidate, not a release" in page.text
    own = "application/vnd.pypi.simple.v1+html"
    assert api.get(SIMPLE, headers={"accept": own}).headers["content-type"] == own


def test_the_simple_index_lists_the_packages_of_python_alone(api: Client, sealed: Bench) -> None:
    assert api.get(f"{ROOT}/simple/", headers=JSON).json()["projects"] == [{"name": "sample-tool"}]
    assert f'<a href="{SIMPLE}">sample-tool</a>' in api.get(f"{ROOT}/simple/").text
    assert api.get(f"{ROOT}/simple/other/", headers=JSON).status_code == 404


def test_another_spelling_leads_to_the_usual_one(api: Client, sealed: Bench) -> None:
    answer = api.get(f"{ROOT}/simple/Sample_Tool/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, SIMPLE)


def test_the_npm_view_answers_as_a_registry_does(api: Client, sealed: Bench) -> None:
    body = api.get(f"{ROOT}/npm/sample-tool").json()
    assert body["dist-tags"] == {"latest": "1.0.0"}
    version = body["versions"]["1.0.0"]
    assert version["dist"]["shasum"] == hashlib.sha1(FILES[PLAIN_NPM]).hexdigest()  # npm's own
    assert version["dist"]["integrity"].startswith("sha512-")
    assert version["dist"]["tarball"].startswith(f"http://testserver.local{ROOT}/files/")
    for path in ("@sample/scope", "@sample%2fscope"):
        assert api.get(f"{ROOT}/npm/{path}").json()["name"] == "@sample/scope"
    for wanted in ("1.0.0", "latest"):
        assert api.get(f"{ROOT}/npm/sample-tool/{wanted}").json() == version
    assert api.get(f"{ROOT}/npm/@sample/scope/1.0.0").json()["version"] == "1.0.0"
    assert api.get(f"{ROOT}/npm/-/ping").json() == {}
    for missing in ("sample-tool/2.0.0", "lodash", "-/all"):
        assert api.get(f"{ROOT}/npm/{missing}").status_code == 404


def test_the_newest_of_several_versions_is_the_latest(api: Client, bench: Bench) -> None:
    files = {f"b-{number}.tgz": make_npm("b", version=number) for number in ("1.10.0", "1.9.0")}
    seal_packages(bench, files)
    assert api.get(f"{ROOT}/npm/b").json()["dist-tags"] == {"latest": "1.10.0"}
    assert api.get(f"{ROOT}/npm/b/latest").json()["version"] == "1.10.0"


def test_files_keep_for_ever_with_whoever_fetched_them_and_indexes_do_not(api: Client, sealed: Bench) -> None:
    sent = api.get(find_file(api))
    assert sent.content == FILES[WHEEL]
    assert sent.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert sent.headers["etag"] == f'"{hashlib.sha512(FILES[WHEEL]).hexdigest()}"'
    assert sent.headers["repr-digest"].startswith("sha-512=:")
    assert sent.headers["atr-candidate"] == "demo/main/1.0; not a release"
    index = api.get(SIMPLE, headers=JSON)
    assert index.headers["cache-control"] == "no-cache"
    assert index.headers["vary"] == "accept"
    again = {**JSON, "if-none-match": index.headers["etag"]}
    assert api.get(SIMPLE, headers=again).status_code == 304
    assert api.head(SIMPLE, headers=JSON).content == b""


def test_a_file_is_sent_under_its_own_digest_and_name_alone(api: Client, sealed: Bench) -> None:
    path = find_file(api)
    digest = hashlib.sha256(FILES[WHEEL]).hexdigest()
    assert api.get(path.replace(WHEEL, "other.whl")).status_code == 404
    assert api.get(path.replace(digest, "0" * 64)).status_code == 404
    assert api.get(path, headers={"range": "bytes=2-4"}).content == FILES[WHEEL][2:5]


def test_blobs_are_sent_out_of_the_layout_in_parts(api: Client, sealed: Bench) -> None:
    index = api.get(f"{IMAGE}/manifests/1.0-rc1")
    digest = f"sha256:{hashlib.sha256(index.content).hexdigest()}"
    assert index.headers["docker-content-digest"] == digest
    assert index.headers["content-type"] == "application/vnd.oci.image.index.v1+json"
    assert index.headers["cache-control"] == "no-cache"
    assert api.get(f"{IMAGE}/manifests/{digest}").headers["cache-control"].startswith("private")
    child = api.get(f"{IMAGE}/manifests/{index.json()['manifests'][0]['digest']}").json()
    layer = child["layers"][0]
    whole = api.get(f"{IMAGE}/blobs/{layer['digest']}")
    assert len(whole.content) == layer["size"]
    assert whole.content in FILES[LAYOUT]
    part = api.get(f"{IMAGE}/blobs/{layer['digest']}", headers={"range": "bytes=3-"})
    assert (part.status_code, part.content) == (206, whole.content[3:])
    head = api.head(f"{IMAGE}/blobs/{layer['digest']}")
    assert (head.headers["content-length"], head.content) == (str(layer["size"]), b"")
    assert api.get(f"{IMAGE}/tags/list").json()["tags"] == ["1.0", "1.0-rc1"]


UNKNOWN = {
    f"{IMAGE}/manifests/2.0": "MANIFEST_UNKNOWN",
    f"{IMAGE}/manifests/sha256:{'0' * 64}": "MANIFEST_UNKNOWN",
    f"{IMAGE}/blobs/sha256:{'0' * 64}": "BLOB_UNKNOWN",
    f"{IMAGE}/blobs/latest": "BLOB_UNKNOWN",
    "/v2/candidates/demo/main/1.0/other/tags/list": "NAME_UNKNOWN",
    "/v2/candidates/demo/main/9.9/sample/manifests/1": "MANIFEST_UNKNOWN",
    "/v2/library/sample/manifests/latest": "MANIFEST_UNKNOWN",
    "/v2/_catalog": "NAME_UNKNOWN",
}


def test_what_is_no_image_of_a_candidate_is_refused_in_the_registrys_words(
    api: Client, sealed: Bench
) -> None:
    for path, code in UNKNOWN.items():
        answer = api.get(path)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, code), path


def test_clients_of_images_are_greeted_without_a_password(api: Client) -> None:
    answer = api.get("/v2/")
    assert (answer.status_code, answer.content) == (200, b"{}")
    assert answer.headers["docker-distribution-api-version"] == "registry/2.0"


def test_nothing_can_be_written(api: Client, sealed: Bench) -> None:
    for path in (SIMPLE, f"{ROOT}/npm/sample-tool", f"{IMAGE}/manifests/1.0", f"{IMAGE}/blobs/uploads/"):
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            assert api.request(method, path).status_code in {403, 405}, (method, path)


def test_the_root_leads_to_the_page_of_the_candidate(api: Client, sealed: Bench) -> None:
    answer = api.get(ROOT, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/releases/demo/main/1.0")


def test_nothing_is_installable_before_the_candidate_is_sealed(api: Client, bench: Bench) -> None:
    rm = act_as(bench.tools.door, "rm")
    bench.tools.door.perform(rm, CreateRelease(KEY.line, KEY.version))
    assert {api.get(path, headers=JSON).status_code for path in VIEWS} == {404}


def test_an_index_that_is_not_read_yet_says_so(api: Client, bench: Bench) -> None:
    seal_release(bench.tools.door, KEY, FILES)
    answer = api.get(SIMPLE, headers=JSON)
    assert answer.status_code == 503
    assert "try again in a few seconds" in answer.text


def test_a_candidate_without_packages_has_empty_indexes(api: Client, bench: Bench) -> None:
    seal_release(bench.tools.door, KEY, {"demo.zip": b"no package"})
    assert api.get(f"{ROOT}/simple/", headers=JSON).json()["projects"] == []


def test_a_dropped_candidate_is_gone_everywhere(api: Client, sealed: Bench) -> None:
    path = find_file(api)
    set_aside(sealed, Phase.ABANDONED)
    for each in (*VIEWS, path, f"{ROOT}/maven/org/x", f"{IMAGE}/manifests/1.0"):
        answer = api.get(each, headers=JSON)
        assert answer.status_code == 410, each
        assert "dropped" in answer.text


def test_a_candidate_that_is_changed_again_is_not_installable_meanwhile(api: Client, sealed: Bench) -> None:
    path = find_file(api)
    sealed.tools.door.perform(act_as(sealed.tools.door, "rm"), TakeStep(KEY, Phase.COMPOSE))
    assert {api.get(each, headers=JSON).status_code for each in (*VIEWS, path)} == {404}


def test_a_released_candidate_leads_to_where_everybody_gets_it(api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, {"demo-1.0.tar.gz": b"the source"})
    answer = api.get(f"{ROOT}/simple/", headers=JSON)
    assert answer.status_code == 410
    assert "http://atr.example.org/releases/demo/main/1.0" in answer.text


def test_a_version_that_no_image_name_can_hold_is_spelled_out(api: Client, bench: Bench) -> None:
    key = ReleaseKey.parse("demo/tools/1.0+B")
    make_line(bench.tools.door, "demo/tools")
    seal_packages(bench, {LAYOUT: FILES[LAYOUT]}, key)
    name = f"candidates/demo/tools/x{key.version.encode().hex()}/sample"
    assert api.get(f"/v2/{name}/tags/list").json() == {"name": name, "tags": ["1.0-rc1", "1.0_B"]}


def test_the_phases_in_which_a_candidate_is_installable_are_those_after_sealing() -> None:
    assert {str(phase) for phase in INSTALLABLE_PHASES} == {
        "evaluate",
        "test",
        "vote",
        "distribute",
        "announce",
    }


def test_internal_files_are_never_sent(api: Client, bench: Bench) -> None:
    data = FILES[WHEEL]
    seal_packages(bench, {f".atr/{WHEEL}": data, PLAIN_NPM: FILES[PLAIN_NPM]})
    digest = hashlib.sha256(data).hexdigest()
    assert api.get(f"{ROOT}/files/{digest}/{WHEEL}").status_code == 404
    assert json.loads(api.get(f"{ROOT}/simple/", headers=JSON).text)["projects"] == []
