# SPDX-License-Identifier: Apache-2.0
"""Plain XML: texts by path, and no tricks."""

import pytest
from hypothesis import given, strategies

from atr.formats.plain_xml import LARGEST_XML, read_texts

LAUGHS = b"""<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a><b>&y;</b></a>"""


def test_texts_are_found_by_path_without_namespaces() -> None:
    data = b"""<?xml version="1.0"?><m:a xmlns:m="urn:x"><m:b> one </m:b><c/><m:b>t<!-- -->w&#111;</m:b>
    <d>mixed<e>inner</e>text</d></m:a>"""

    assert read_texts(data) == {"a/b": ("one", "two"), "a/c": ("",), "a/d/e": ("inner",)}


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (LAUGHS, "document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        (b"<a><b></a>", "no XML"),
        (b"", "no XML"),
        (b"<a>&undefined;</a>", "no XML"),
        (b"<a>" * 65, "too many"),
        (b"<a>" + b"<b/>" * 200_001 + b"</a>", "too many"),
        (b"<a>" + b" " * LARGEST_XML + b"</a>", "bytes"),
    ],
)
def test_what_is_no_plain_document_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_texts(data)


@given(strategies.binary(max_size=200))
def test_nothing_but_a_complaint_comes_of_noise(data: bytes) -> None:
    try:
        read_texts(data)
    except ValueError:
        return
