# SPDX-License-Identifier: Apache-2.0
"""SBOMs are known by their names."""

import pytest

from atr.domain.names import FilePath
from atr.domain.sbom import Sbom, SbomFormat, guess_format
from tests.unit.domain.vote_samples import RELEASE, VOTED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.tar.gz.cdx.json", SbomFormat.CYCLONEDX_JSON),
        ("bom/a.bom.json", SbomFormat.CYCLONEDX_JSON),
        ("a.cdx.xml", SbomFormat.CYCLONEDX_XML),
        ("a.bom.xml", SbomFormat.CYCLONEDX_XML),
        ("a.spdx.json", SbomFormat.SPDX_JSON),
        ("a.spdx", SbomFormat.SPDX_TAG_VALUE),
        ("a.json", None),
        ("a.tar.gz", None),
    ],
)
def test_the_format_is_read_from_the_name(name: str, kind: SbomFormat | None) -> None:
    assert guess_format(FilePath(name)) is kind


def test_an_sbom_is_not_generated_unless_it_says_so() -> None:
    sbom = Sbom(RELEASE, 2, FilePath("a.cdx.json"), FilePath("a"), SbomFormat.CYCLONEDX_JSON, VOTED)
    assert not sbom.generated
