# SPDX-License-Identifier: Apache-2.0
"""Container images against Debian's docker-registry, looked at by skopeo."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.domain.errors import Invalid, Refused
from atr.domain.names import ReleaseKey
from atr.formats.oci_manifest import BASE_ANNOTATION, OCI_MANIFEST
from atr.platforms.oci import connect
from atr.platforms.oci.registry import OciRegistry
from atr.platforms.oci.steps import REMEMBER
from atr.ports.platforms import (
    BadCredentials,
    Consignment,
    NeedsPerson,
    Operation,
    OtherBytes,
    Parcel,
    Side,
    Site,
)
from tests.support.oci_images import LAYER, LayoutBuilder, build_image, build_index
from tests.support.oci_registry import (
    PASSWORD,
    RunningRegistry,
    password_registry,
    token_registry,
)
from tests.support.parcels import make_parcel, take_step, take_steps

__all__ = ["password_registry", "token_registry"]
KINDS = ("password_registry", "token_registry")


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.xdist_group("oci")) for kind in KINDS])
def running(request: pytest.FixtureRequest) -> RunningRegistry:
    found: RunningRegistry = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def registry(running: RunningRegistry) -> Iterator[OciRegistry]:
    with connect(running.site) as opened:
        assert isinstance(opened, OciRegistry)
        yield opened


@pytest.fixture
def package() -> str:
    return f"demo-{uuid4().hex[:8]}"


def consign(package: str, parcel: Parcel, version: str = "1.0") -> Consignment:
    return Consignment(
        release=ReleaseKey.parse(f"demo/{version}"),
        revision=Digest("sha512", "0" * 128),
        owner_namespace="apache",
        package=package,
        version=version,
        parcels=(parcel,),
        staging_name=f"{version}-rc1",
        final_names=(version, "latest"),
    )


def layout_of(data: bytes) -> Parcel:
    return make_parcel("apache-demo-1.0.oci.tar", data)


def reference_to(repository: str, digest: str) -> Parcel:
    data = json.dumps({"repository": repository, "digest": digest}).encode()
    return make_parcel("apache-demo-1.0.image.json", data)


def digests(found: object) -> str:
    assert isinstance(found, dict)
    return str(found["Digest"])


def test_a_multi_arch_image_is_staged_proven_promoted_and_taken_back(
    running: RunningRegistry, registry: OciRegistry, package: str
) -> None:
    data, digest = build_index("one")
    wanted = consign(package, layout_of(data))
    results = take_steps(registry, Operation.STAGE, wanted)
    compared = registry.compare(Side.STAGING, wanted, results)
    assert all(each.matches for each in compared)
    assert len(compared) == 1 + 2 + 3, "the index, two images, their configurations and a shared layer"
    assert digests(running.inspect(f"apache/{package}:1.0-rc1")) == digest
    assert registry.find_holder(wanted) is None
    sent = registry.traffic.sent
    take_steps(registry, Operation.PROMOTE, wanted, results)
    assert registry.traffic.sent - sent < 2000, "manifests only, no layers"
    assert all(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
    assert digests(running.inspect(f"apache/{package}:latest")) == digest
    assert json.loads(results[REMEMBER]) == {"1.0": None, "latest": None}
    assert registry.find_holder(wanted) == "1.0"
    assert registry.name_handle(wanted, results) == PlatformHandle("manifest digest", digest)


def test_the_independent_client_gets_what_was_voted_on(
    running: RunningRegistry, registry: OciRegistry, package: str, tmp_path: Path
) -> None:
    data, _ = build_image("two")
    wanted = consign(package, layout_of(data))
    take_steps(registry, Operation.PUBLISH, wanted)
    source = f"{{image}}/apache/{package}:1.0"
    account = f"releaser:{PASSWORD}"
    running.skopeo("copy", "--src-tls-verify=false", "--src-creds", account, source, f"oci:{tmp_path}/got")
    for blob in (tmp_path / "got/blobs/sha256").iterdir():
        assert blob.read_bytes() in data


def test_everything_is_asked_about_before_it_is_done(registry: OciRegistry, package: str) -> None:
    wanted = consign(package, layout_of(build_index("three")[0]))
    results: dict[str, str] = {}
    for operation in (Operation.STAGE, Operation.PROMOTE):
        take_steps(registry, operation, wanted, results)
        again = [step.name for step in registry.list_steps(operation, wanted) if take_step(step, results)]
        assert again == ([REMEMBER] if operation is Operation.PROMOTE else [])


def test_final_tags_go_back_to_what_they_were(registry: OciRegistry, package: str) -> None:
    old_data, old_digest = build_image("old", "0.9")
    take_steps(registry, Operation.PUBLISH, consign(package, layout_of(old_data), "0.9"))
    wanted = consign(package, layout_of(build_image("new")[0]))
    results = take_steps(registry, Operation.STAGE, wanted)
    assert registry.find_holder(wanted) == "0.9"
    take_steps(registry, Operation.PROMOTE, wanted, results)
    assert json.loads(results[REMEMBER]) == {"1.0": None, "latest": old_digest}
    steps = registry.list_steps(Operation.TAKE_BACK, replace(wanted, parcels=()))
    assert [step.name for step in steps] == ["give back latest", "give back 1.0"]
    take_step(steps[0], results)
    assert results["give back latest"] == old_digest
    assert registry.find_holder(replace(wanted, final_names=("latest",))) == "0.9"
    with pytest.raises(NeedsPerson, match=r"Delete the tag 1\.0 of apache/demo-"):
        take_step(steps[1], results)  # docker-registry 2 deletes digests, not tags
    assert all(each.matches for each in registry.compare(Side.STAGING, wanted, results))


def test_what_somebody_else_moved_meanwhile_is_left_alone(registry: OciRegistry, package: str) -> None:
    first = consign(package, layout_of(build_image("first")[0]))
    results = take_steps(registry, Operation.PUBLISH, first)
    later = consign(package, layout_of(build_image("later", "2.0")[0]), "2.0")
    take_steps(registry, Operation.PUBLISH, later)
    step = registry.list_steps(Operation.TAKE_BACK, first)[0]
    assert (step.ask(results) or "").startswith("left with sha256:")
    assert registry.list_steps(Operation.TAKE_BACK, first)[1].ask({}) == "it was never moved"


def test_a_version_that_is_taken_by_other_bytes_is_refused(registry: OciRegistry, package: str) -> None:
    take_steps(registry, Operation.PUBLISH, consign(package, layout_of(build_image("these")[0])))
    others = consign(package, layout_of(build_image("those")[0]))
    with pytest.raises(OtherBytes, match=r"1\.0 is taken by sha256:"):
        take_steps(registry, Operation.PUBLISH, others)


def test_a_tag_for_testers_moves_unless_it_names_the_version(registry: OciRegistry, package: str) -> None:
    for text in ("these", "those"):
        wanted = replace(consign(package, layout_of(build_image(text)[0])), staging_name="testing")
        take_steps(registry, Operation.STAGE, wanted)
        assert all(each.matches for each in registry.compare(Side.STAGING, wanted, {}))


def test_a_recorded_image_is_promoted_without_being_pushed(registry: OciRegistry, package: str) -> None:
    data, digest = build_index("recorded")
    take_steps(registry, Operation.STAGE, consign(package, layout_of(data)))
    sent = registry.traffic.sent
    wanted = consign(package, reference_to(f"apache/{package}", digest))
    results = take_steps(registry, Operation.STAGE, wanted)
    assert registry.traffic.sent == sent
    assert len(registry.compare(Side.STAGING, wanted, results)) == 6
    take_steps(registry, Operation.PROMOTE, wanted, results)
    compared = registry.compare(Side.PUBLIC, wanted, results)
    assert {each.subject for each in compared} >= {"manifest 1.0", "manifest latest"}
    assert all(each.matches for each in compared)


def test_a_recorded_image_that_is_not_there_is_refused(registry: OciRegistry, package: str) -> None:
    wanted = consign(package, reference_to(f"apache/{package}", "sha256:" + "a" * 64))
    with pytest.raises(Refused, match="push the image that was voted on"):
        take_steps(registry, Operation.PUBLISH, wanted)


def test_a_layer_that_was_damaged_in_the_registry_is_found(
    running: RunningRegistry, registry: OciRegistry, package: str
) -> None:
    data, _ = build_image(f"damage {package}")
    wanted = consign(package, layout_of(data))
    results = take_steps(registry, Operation.STAGE, wanted)
    layer = next(each for each in registry.compare(Side.STAGING, wanted, results) if "blob" in each.subject)
    running.blob_file(str(layer.expected)).write_bytes(b"x" * 99)
    wrong = [each.subject for each in registry.compare(Side.STAGING, wanted, results) if not each.matches]
    assert wrong == [layer.subject]
    running.blob_file(str(layer.expected)).unlink()
    wrong = [each.subject for each in registry.compare(Side.STAGING, wanted, results) if each.seen is None]
    assert wrong == [layer.subject]


def test_base_layers_are_linked_from_where_they_are(
    running: RunningRegistry, registry: OciRegistry, package: str
) -> None:
    base, _ = build_image(f"base {package}", None)
    take_steps(registry, Operation.STAGE, consign(package, layout_of(base)))
    layout = LayoutBuilder()
    image = json.loads(layout.blobs[str(layout.add_image(f"base {package}", version=None)["digest"])[7:]])
    image["annotations"] = {BASE_ANNOTATION: f"{running.host}/apache/{package}:1.0-rc1"}
    layout.name_root(layout.add_json(image, OCI_MANIFEST))
    sent = registry.traffic.sent
    wanted = consign(f"{package}-next", layout_of(layout.write()))
    assert "mount=sha256:" in registry.list_steps(Operation.STAGE, wanted)[0].call
    take_steps(registry, Operation.STAGE, wanted)
    assert registry.traffic.sent - sent < 900, "the manifest only"
    assert all(each.matches for each in registry.compare(Side.STAGING, wanted, {}))


def test_a_blob_of_some_size_travels_in_pieces(registry: OciRegistry, package: str) -> None:
    layout = LayoutBuilder()
    image = json.loads(layout.blobs[str(layout.add_image("big")["digest"])[7:]])
    image["layers"].append(layout.add_blob(bytes(5_000_000) + package.encode(), LAYER))
    layout.name_root(layout.add_json(image, OCI_MANIFEST))
    wanted = consign(package, layout_of(layout.write()))
    take_steps(registry, Operation.STAGE, wanted)
    assert all(each.matches for each in registry.compare(Side.STAGING, wanted, {}))


def test_access_is_tried_by_reading(running: RunningRegistry, registry: OciRegistry) -> None:
    assert registry.check_access() == "releaser"
    for secret in ({"username": "releaser", "password": "wrong-password"}, {}):
        with connect(replace(running.site, secret=secret)) as other, pytest.raises(BadCredentials) as caught:
            other.check_access()
        assert "wrong-password" not in str(caught.value)


def test_wrong_credentials_push_nothing(running: RunningRegistry, package: str) -> None:
    site = replace(running.site, secret={"username": "releaser", "password": "wrong-password"})
    wanted = consign(package, layout_of(build_image()[0]))
    with connect(site) as registry, pytest.raises(BadCredentials):
        take_steps(registry, Operation.STAGE, wanted)


def test_a_dry_run_calls_nothing_and_tells_no_secret(registry: OciRegistry, package: str) -> None:
    wanted = consign(package, layout_of(build_index()[0]))
    calls = [step.call for operation in Operation for step in registry.list_steps(operation, wanted)]
    assert registry.traffic.requests == 0
    assert any("PUT ?digest=sha256:" in call for call in calls)
    assert PASSWORD not in "".join(calls) + repr(registry)


@pytest.mark.xdist_group("oci")
class TestTokens:
    """The Bearer flow beyond what every test above goes through."""

    def test_a_token_granting_too_little_is_told(self, token_registry: RunningRegistry, package: str) -> None:
        wanted = replace(consign(package, layout_of(build_image()[0])), owner_namespace="others")
        with connect(token_registry.site) as registry, pytest.raises(BadCredentials, match="401"):
            take_steps(registry, Operation.STAGE, wanted)

    @pytest.mark.parametrize(("name", "lifetime"), [("access_token", None), ("token", 1)])
    def test_tokens_are_kept_until_they_end(
        self, token_registry: RunningRegistry, package: str, name: str, lifetime: int | None
    ) -> None:
        tokens = token_registry.tokens
        assert tokens is not None
        tokens.field_name, tokens.lifetime = name, lifetime
        before = tokens.asked.copy()
        try:
            with connect(token_registry.site) as registry:
                take_steps(registry, Operation.STAGE, consign(package, layout_of(build_index()[0])))
        finally:
            tokens.field_name, tokens.lifetime = "token", 300
        assert (tokens.asked - before)["account"] == 1

    def test_the_public_is_nobody_in_particular(self, token_registry: RunningRegistry, package: str) -> None:
        wanted = consign(package, layout_of(build_image("public")[0]))
        assert token_registry.tokens is not None
        with connect(token_registry.site) as registry:
            results = take_steps(registry, Operation.PUBLISH, wanted)
            before = token_registry.tokens.asked.copy()
            assert all(each.matches for each in registry.compare(Side.PUBLIC, wanted, results))
        assert (token_registry.tokens.asked - before).keys() == {"anybody"}


def test_nothing_is_known_of_a_version_without_a_name(registry: OciRegistry, package: str) -> None:
    for version in ("0.8", "0.8.1"):
        layout = layout_of(build_image("same", None)[0])
        take_steps(registry, Operation.PUBLISH, consign(package, layout, version))
    wanted = consign(package, layout_of(build_image("new")[0]))
    assert registry.find_holder(wanted) == "0.8.1", "the highest of its tags"
    unnamed = replace(consign(package, layout_of(build_image("odd", None)[0])), staging_name="latest")
    take_steps(registry, Operation.STAGE, unnamed)
    assert (registry.find_holder(wanted) or "").startswith("sha256:")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"package": "Demo"}, "lower-case"),
        ({"staging_name": "a/b"}, "cannot be the tag"),
        ({"parcels": ()}, "not 0 files"),
        ({"parcels": (make_parcel("demo.tar", b""),)}, "is neither"),
        ({"version": "2.0"}, "says that it is 1.0, not 2.0"),
        ({"parcels": (reference_to("apache/other", "sha256:" + "a" * 64),)}, "not of apache/demo"),
        ({"parcels": (reference_to("ghcr.io/apache/demo", "sha256:" + "a" * 64),)}, "not of apache/demo"),
        ({"parcels": (make_parcel("demo.image.json", b" " * 20_000),)}, "too large"),
    ],
)
def test_what_is_not_this_image_is_refused(change: dict[str, object], complaint: str) -> None:
    wanted = replace(consign("demo", layout_of(build_image()[0])), **change)  # type: ignore[arg-type]
    with connect(Site("http://127.0.0.1:9", local=True)) as registry, pytest.raises(Invalid, match=complaint):
        registry.list_steps(Operation.STAGE, wanted)


def test_an_image_that_calls_itself_otherwise_is_refused() -> None:
    layout = LayoutBuilder()
    layout.name_root(layout.add_image("demo"), "docker.io/apache/other:1.0")
    wanted = consign("demo", layout_of(layout.write()))
    with connect(Site("http://127.0.0.1:9", local=True)) as registry, pytest.raises(Invalid, match="itself"):
        registry.list_steps(Operation.STAGE, wanted)


@pytest.mark.parametrize(
    ("url", "namespace", "api", "web"),
    [
        (
            "https://hub.docker.com",
            "apache",
            "https://hub.docker.com/v2/namespaces/apache/repositories/demo/tags/1.0",
            "https://hub.docker.com/r/apache/demo/tags?name=1.0",
        ),
        (
            "https://registry-1.docker.io",
            None,
            "https://hub.docker.com/v2/namespaces/library/repositories/demo/tags/1.0",
            "https://hub.docker.com/_/demo/tags?name=1.0",
        ),
        (
            "https://ghcr.io/",
            "apache",
            "https://ghcr.io/v2/apache/demo/manifests/1.0",
            "https://ghcr.io/apache/demo:1.0",
        ),
    ],
)
def test_everybody_is_told_where_it_is(url: str, namespace: str | None, api: str, web: str) -> None:
    wanted = replace(consign("demo", layout_of(b"")), owner_namespace=namespace)
    with connect(Site(url)) as registry:
        found = registry.find_addresses(Side.PUBLIC, wanted)
        assert (found.api_url, found.web_url) == (api, web)
        assert "1.0-rc1" in registry.find_addresses(Side.STAGING, wanted).api_url
