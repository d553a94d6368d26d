# SPDX-License-Identifier: Apache-2.0
"""Names are parsed once, and nothing else gets through."""

import pytest
from hypothesis import given
from hypothesis.strategies import text

from atr.domain.errors import Invalid
from atr.domain.names import (
    MAIN,
    RESERVED_PRODUCT_KEYS,
    RESERVED_PROJECT_KEYS,
    ChannelKey,
    FilePath,
    Fingerprint,
    MailAddress,
    Name,
    ProductKey,
    ProductRef,
    ProjectKey,
    ReleaseKey,
    UserId,
    Version,
    parse_place,
    refuse_reserved,
    refuse_reserved_line,
)

GOOD = [
    (ProjectKey, "demo"),
    (ProjectKey, "a"),
    (ProjectKey, "commons-lang3"),
    (ProjectKey, "a" * 63),
    (ProductKey, MAIN),
    (ProductKey, "versatile"),
    (ProductKey, "latest-tools"),
    (UserId, "j.r_random-9"),
    (ChannelKey, "npm-test"),
    (Version, "1.0.0-rc1"),
    (Version, "v2"),
    (Version, "2026-11-21"),
    (Version, "1.0~rc1+build.5"),
    (MailAddress, "dev+atr@demo.example.org"),
    (Fingerprint, "0123456789abcdef" * 2 + "01234567"),
    (Fingerprint, "0123456789abcdef" * 4),
]
BAD = [
    (ProjectKey, ""),
    (ProjectKey, "Demo"),
    (ProjectKey, "9lives"),
    (ProjectKey, "a--b"),
    (ProjectKey, "-a"),
    (ProjectKey, "a-"),
    (ProjectKey, "a" * 64),
    (ProjectKey, "demo\n"),
    (ProjectKey, "démo"),
    (ProductKey, "latest"),
    (ProductKey, "v1"),
    (ProductKey, "1.0"),
    (UserId, "Alice"),
    (UserId, "a" * 65),
    (UserId, "a b"),
    (ChannelKey, "npm/test"),
    (Version, ""),
    (Version, "one"),
    (Version, "1/0"),
    (Version, "1.0\n"),
    (Version, "1" * 102),
    (MailAddress, "nobody"),
    (MailAddress, "a@b@c"),
    (MailAddress, "a@b\nBcc: c@d"),
    (MailAddress, f"{'a' * 65}@b"),
    (Fingerprint, "0123"),
    (Fingerprint, "0123456789ABCDEF" * 4),
]
BAD_PATHS = {
    "": "it must have 1 to 1024 bytes",
    "a" * 1025: "it must have 1 to 1024 bytes",
    "a\x00b": "it contains a control or unassigned character",
    "a\u202eb": "it contains a control or unassigned character",
    "a\ud800b": "it contains a control or unassigned character",
    "a\\b": 'it contains one of \\ : * ? " < > |',
    "c:/b": 'it contains one of \\ : * ? " < > |',
    "e\u0301": "it is not in Unicode normal form C",
    "/etc/passwd": "it is absolute, or has an empty, '.' or '..' segment",
    "a//b": "it is absolute, or has an empty, '.' or '..' segment",
    "a/../b": "it is absolute, or has an empty, '.' or '..' segment",
    "./a": "it is absolute, or has an empty, '.' or '..' segment",
    "a/": "it is absolute, or has an empty, '.' or '..' segment",
    "a/" + "b" * 256: "a segment has more than 255 bytes",
    " a": "a segment begins or ends with a space, or ends with a dot",
    "a/b ": "a segment begins or ends with a space, or ends with a dot",
    "a.": "a segment begins or ends with a space, or ends with a dot",
}


@pytest.mark.parametrize(("kind", "text"), GOOD)
def test_a_good_name_is_itself(kind: type[Name], text: str) -> None:
    assert kind(text) == text


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_a_bad_name_is_refused_with_its_rule(kind: type[Name], text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        kind(text)
    assert refusal.value.problems[0].field == kind.kind
    assert kind.hint in str(refusal.value)


@given(text())
def test_no_product_key_reads_as_a_version_or_latest(anything: str) -> None:
    try:
        key = ProductKey(anything)
    except Invalid:
        return
    assert key != "latest"
    assert not Version.pattern.fullmatch(key)


def test_a_fingerprint_is_read_as_people_write_it() -> None:
    written = "0x0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567"
    assert Fingerprint.parse(written) == "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize("key", RESERVED_PROJECT_KEYS)
def test_words_of_the_site_are_no_project_keys(key: str) -> None:
    with pytest.raises(Invalid, match=f"{key} is a word of this site's own addresses"):
        refuse_reserved(ProjectKey(key))


def test_any_other_word_is_free() -> None:
    refuse_reserved(ProjectKey("demo"))


@pytest.mark.parametrize(("path", "complaint"), BAD_PATHS.items())
def test_a_bad_path_is_refused_with_its_reason(path: str, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        FilePath(path)
    assert str(refusal.value).endswith(f"is not a usable file path: {complaint}.")


@given(text())
def test_a_path_that_is_accepted_stays_inside(anything: str) -> None:
    try:
        path = FilePath(anything)
    except Invalid:
        return
    assert not path.startswith("/")
    assert not {"", ".", ".."} & set(path.split("/"))
    assert path.isprintable()


def test_a_path_knows_its_name_and_where_case_collides() -> None:
    assert FilePath("docs/README.md").name == "README.md"
    assert FilePath("README").name == "README"
    assert FilePath("docs/Straße").folded == FilePath("DOCS/STRASSE").folded


@pytest.mark.parametrize(
    ("written", "project", "product"),
    [("demo", "demo", "main"), ("demo/tools", "demo", "tools"), ("demo/main", "demo", "main")],
)
def test_a_product_line_is_read(written: str, project: str, product: str) -> None:
    ref = ProductRef.parse(written)
    assert (ref.project, ref.product) == (project, product)
    assert str(ref) == written.removesuffix("/main")


@pytest.mark.parametrize("written", ["", "demo/", "demo/tools/1.0", "/tools"])
def test_what_is_no_product_line_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        ProductRef.parse(written)


@pytest.mark.parametrize(
    ("written", "shown", "storage"),
    [
        ("demo/1.0", "demo/1.0", "demo/main/1.0"),
        ("demo/main/1.0", "demo/1.0", "demo/main/1.0"),
        ("demo/tools/v2", "demo/tools/v2", "demo/tools/v2"),
    ],
)
def test_a_release_is_read_and_shown_without_main(written: str, shown: str, storage: str) -> None:
    key = ReleaseKey.parse(written)
    assert str(key) == shown
    assert key.storage_key == storage
    assert ReleaseKey.parse(str(key)) == key
    assert key.line == ProductRef(key.project, key.product)


@pytest.mark.parametrize("written", ["", "demo", "demo/tools/1.0/x", "demo/one", "Demo/1.0"])
def test_what_is_no_release_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        ReleaseKey.parse(written)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("demo", ("demo", None, None)),
        ("demo/tools", ("demo", "tools", None)),
        ("demo/1.0", ("demo", "main", "1.0")),
        ("demo/v1", ("demo", "main", "v1")),
        ("demo/tools/1.0", ("demo", "tools", "1.0")),
    ],
)
def test_a_place_is_a_project_a_line_or_a_release(
    written: str, place: tuple[str, str | None, str | None]
) -> None:
    assert parse_place(written) == place


@pytest.mark.parametrize("written", ["", "demo/latest", "demo/tools/1.0/x", "demo//1.0"])
def test_what_is_no_place_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        parse_place(written)


@pytest.mark.parametrize("key", RESERVED_PRODUCT_KEYS)
def test_words_below_a_project_are_no_product_keys(key: str) -> None:
    with pytest.raises(Invalid, match=f"{key} is a word of this site's own addresses"):
        refuse_reserved_line(ProductKey(key))
    refuse_reserved_line(ProductKey("tools"))
