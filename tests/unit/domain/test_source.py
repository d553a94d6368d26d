# SPDX-License-Identifier: Apache-2.0
"""Where a release comes from: plain addresses and whole commits, nothing that could be read otherwise."""

import json

import pytest
from hypothesis import given
from hypothesis.strategies import binary, dictionaries, sampled_from, text

from atr.domain.errors import Invalid
from atr.domain.source import SourceReference, is_below, read_repository

COMMIT = "0123456789abcdef0123456789abcdef01234567"
URL = "https://git.example.org/example/project"


def write(**values: object) -> bytes:
    """Return the file with other values."""
    return json.dumps({"repository": URL, "commit": COMMIT} | values).encode()


@pytest.mark.parametrize("folder", ["", "python/sdk"])
def test_what_is_written_is_what_is_read(folder: str) -> None:
    reference = SourceReference(URL, COMMIT, folder)
    assert SourceReference.parse(reference.write()) == reference
    assert (f"folder {folder}" in str(reference)) is bool(folder)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 5000,
        b'{"repository": "https://example.org/x"}',
        write(more="x"),
        write(commit=1),
        write(commit="HEAD"),
        write(commit=COMMIT[:12]),
        write(commit=COMMIT.upper()),
        write(commit=f"{COMMIT}\n"),
        write(folder="../x"),
        write(folder="/x"),
        write(repository="/srv/git/x"),
        write(repository="file:///srv/git/x"),
        write(repository="http://example.org/x"),
        write(repository="git@example.org:x"),
        write(repository="--upload-pack=touch x"),
        write(repository="ext::sh -c true"),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        SourceReference.parse(data)


@pytest.mark.parametrize("text", ["", "-x", "ext::x", "a\nb", "a\x1b[31m"])
def test_a_place_on_this_machine_is_no_option_and_no_program(text: str) -> None:
    with pytest.raises(Invalid):
        SourceReference(text, COMMIT)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("https://GitHub.com/Apache/Foo/", "https://github.com/Apache/Foo"),
        ("https://example.org:8443/x.git", "https://example.org:8443/x.git"),
        ("https://example.org/~me/x", "https://example.org/~me/x"),
    ],
)
def test_an_address_has_one_form(text: str, plain: str) -> None:
    assert read_repository(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org",
        "https://example.org/",
        "https://user@example.org/x",
        "https://user:secret@example.org/x",
        "https://example.org/x?y",
        "https://example.org/x#y",
        "https://example.org/a/../b",
        "https://example.org/./b",
        "https://example.org/a//b",
        "https://example.org/%2e%2e/b",
        "https://example.org\\@evil.example/b",
        "https://-example.org/b",
        f"https://example.org/{'x' * 2000}",
    ],
)
def test_an_address_that_could_mean_another_place_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_repository(text)


@pytest.mark.parametrize(
    ("prefix", "allowed"),
    [
        ("https://git.example.org/example/", True),
        ("https://git.example.org/example", True),
        (URL, True),
        ("https://git.example.org", True),
        ("https://git.example.org/exam", False),
        ("https://git.example.org/example/project/below", False),
        ("https://git.example.or", False),
    ],
)
def test_below_means_whole_segments(prefix: str, allowed: bool) -> None:
    assert is_below(URL, [prefix]) is allowed
    assert not is_below(URL, [])


@given(binary())
def test_no_bytes_lead_astray(data: bytes) -> None:
    with pytest.raises(Invalid):
        SourceReference.parse(data)


@given(dictionaries(sampled_from(["repository", "commit", "folder"]), text()))
def test_no_values_lead_astray(values: dict[str, str]) -> None:
    try:
        reference = SourceReference.parse(json.dumps(values).encode())
    except Invalid:
        return
    assert reference.repository.startswith("https://")
