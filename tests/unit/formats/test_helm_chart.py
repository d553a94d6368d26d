# SPDX-License-Identifier: Apache-2.0
"""Charts of Helm say what they are."""

import gzip

import pytest

from atr.formats.helm_chart import HelmChart, read_helm_chart
from tests.support.packages import make_chart, make_tar


def pack_manifest(manifest: bytes, path: str = "a/Chart.yaml") -> bytes:
    return gzip.compress(make_tar({path: manifest}), mtime=0)


def test_a_chart_names_itself() -> None:
    assert read_helm_chart(make_chart("ledger", "1.2.3")) == HelmChart("ledger", "1.2.3")


@pytest.mark.parametrize(("value", "meant"), [('"true"', True), ("true", True), ('"false"', False)])
def test_the_annotation_says_whether_it_is_a_prerelease(value: str, meant: bool) -> None:
    annotation = f"annotations:\n  artifacthub.io/prerelease: {value}\n"

    assert read_helm_chart(make_chart("a", "1.0.0", annotations=annotation)).prerelease is meant


def test_charts_inside_a_chart_do_not_count() -> None:
    data = make_tar(
        {"a/charts/b/Chart.yaml": b"name: b\nversion: 2.0.0\n", "a/Chart.yaml": b"name: a\nversion: 1.0.0"}
    )

    assert read_helm_chart(gzip.compress(data)) == HelmChart("a", "1.0.0")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no packaged chart"),
        (b"no gzip", "no packaged chart"),
        (b"\x1f\x8b\x08" + b"x" * 99, "no packaged chart"),
        (gzip.compress(b"x" * 600, mtime=0), "no packaged chart"),
        (pack_manifest(b"", "Chart.yaml"), "no Chart.yaml"),
        (pack_manifest(b"name: a\nversion: 1.0\n"), "as texts"),
        (pack_manifest(b"name: a\n"), "as texts"),
        (pack_manifest(b"[1, 2]"), "as texts"),
        (pack_manifest(b"name: [a\n"), "no YAML"),
        (pack_manifest(b"name: !!python/object/apply:os.system [id]\nversion: x"), "no YAML"),
        (pack_manifest(b"a: \xff\xfe"), "no YAML"),
        (pack_manifest(b"#" * (1 << 20) + b"\n"), "too large"),
    ],
)
def test_what_names_no_chart_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_helm_chart(data)
