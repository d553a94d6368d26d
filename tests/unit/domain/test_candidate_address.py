# SPDX-License-Identifier: Apache-2.0
"""Where clients find candidates, and that no two candidates share a name there."""

import pytest

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.candidate_address import CandidateAddress, parse_image, write_component
from atr.domain.errors import Invalid
from atr.domain.lifecycle import Stage
from atr.domain.names import RESERVED_PROJECT_KEYS, FilePath, ReleaseKey, Version

KEY = ReleaseKey.parse("demo/1.0")


def test_every_view_has_an_address_of_its_own() -> None:
    address = CandidateAddress(KEY)
    assert address.simple == "/candidates/demo/main/1.0/simple/"
    assert address.npm == "/candidates/demo/main/1.0/npm/"
    assert address.maven == "/candidates/demo/main/1.0/maven/"
    assert address.image("web") == "candidates/demo/main/1.0/web"
    entry = FileEntry(
        FilePath("a/b c.whl"), Content(Digest("sha512", "0" * 128), Digest("sha256", "1" * 64), 1)
    )
    assert address.file(entry) == f"/candidates/demo/main/1.0/files/{'1' * 64}/b%20c.whl"


def test_no_project_and_no_stage_stands_where_candidates_do() -> None:
    assert {"candidates", "v2"} <= set(RESERVED_PROJECT_KEYS)
    assert not {"candidates", "v2"} & set(Stage)


@pytest.mark.parametrize(
    "text", ["1.0", "1.0-rc1", "v1.0", "1.0-RC1", "1.0+b", "1.0~b", "1..0", "1.0-", "1_0"]
)
def test_the_name_of_an_image_tells_its_candidate(text: str) -> None:
    key = ReleaseKey(KEY.project, KEY.product, Version(text))
    assert parse_image(CandidateAddress(key).image("web")) == (key, "web")


def test_versions_are_spelled_out_only_where_they_must_be() -> None:
    assert write_component(Version("1.0-rc1")) == "1.0-rc1"
    assert write_component(Version("1.0-RC1")) == f"x{b'1.0-RC1'.hex()}"


@pytest.mark.parametrize(
    "name",
    ["library/web", "candidates/demo/main/1.0", "candidates/demo/main/xzz/web", "candidates/D/main/1/w"],
)
def test_other_names_are_no_candidates(name: str) -> None:
    with pytest.raises(Invalid):
        parse_image(name)
