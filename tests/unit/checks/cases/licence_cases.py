# SPDX-License-Identifier: Apache-2.0
"""LICENSE, NOTICE and DISCLAIMER as they must be, and as they must not."""

import tarfile
from collections.abc import Callable
from importlib.resources import files

from tests.support.archives import DISCLAIMER, LEGAL, LICENCE, NOTICE, TarMember, make_tar_gz, make_zip
from tests.support.licence_texts import MIT
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import NAME, Release

ROOT = "example-1.0"
WIP = (files("atr.checks") / "data" / "DISCLAIMER-WIP.txt").read_bytes()
Build = Callable[[Release], object]


def _hold(legal: dict[str, bytes], *more: TarMember) -> Build:
    members = [TarMember(f"{ROOT}/{name}", content) for name, content in legal.items()]
    return lambda release: release.add(NAME, make_tar_gz(*members, *more))


def _licence(content: bytes) -> Build:
    return _hold(LEGAL | {"LICENSE": content})


def _notice(content: bytes) -> Build:
    return _hold(LEGAL | {"NOTICE": content})


def _podling(legal: dict[str, bytes]) -> Build:
    def build(release: Release) -> None:
        release.describe(podling=True)
        _hold(LEGAL | legal)(release)

    return build


def _binary(name: str, contents: dict[str, bytes]) -> Build:
    return lambda release: release.add(name, make_zip(contents))


_LINK = TarMember(f"{ROOT}/LICENSE", type=tarfile.SYMTYPE, link="docs/LICENSE")
_FILLED = (
    LICENCE
    + b"""
   APPENDIX: How to apply the Apache License to your work.

   Copyright 2020 The Example Foundation

   Licensed under the Apache License, Version 2.0 (the "License");
"""
)
_WHEEL = "example-1.0.dist-info/licenses"
CASES = (
    Case("licence.missing", "a source without LICENSE", _hold({"NOTICE": NOTICE}), finds=True),
    Case(
        "licence.missing",
        "LICENSE.txt and NOTICE.txt",
        _hold({"LICENSE.txt": LICENCE, "NOTICE.txt": NOTICE}),
        finds=False,
    ),
    Case(
        "licence.missing",
        "a LICENSE in a folder below",
        _hold({"docs/LICENSE": LICENCE, "NOTICE": NOTICE}),
        finds=True,
    ),
    Case(
        "licence.missing",
        "a jar that keeps it in META-INF",
        _binary("example-1.0.jar", {f"META-INF/{name}": text for name, text in LEGAL.items()}),
        finds=False,
    ),
    Case(
        "licence.missing",
        "a wheel that keeps it in .dist-info/licenses",
        _binary("example-1.0-py3-none-any.whl", {f"{_WHEEL}/{name}": text for name, text in LEGAL.items()}),
        finds=False,
    ),
    Case(
        "licence.missing",
        "a jar that has only a folder of that name",
        _binary("example-1.0.jar", {"META-INF/license/": b"", "META-INF/NOTICE": NOTICE}),
        finds=True,
    ),
    Case("licence.several", "LICENSE and LICENSE.txt", _hold({**LEGAL, "LICENSE.txt": LICENCE}), finds=True),
    Case(
        "licence.several",
        "one LICENSE and others below",
        _hold({**LEGAL, "licenses/LICENSE": MIT.encode()}),
        finds=False,
    ),
    Case("licence.text", "a licence that stops in the middle", _licence(LICENCE[:9000]), finds=True),
    Case("licence.text", "another licence", _licence(MIT.encode()), finds=True),
    Case(
        "licence.text",
        "one changed word",
        _licence(LICENCE.replace(b"perpetual", b"temporary", 1)),
        finds=True,
    ),
    Case("licence.text", "the appendix filled in", _licence(_FILLED), finds=False),
    Case(
        "licence.text",
        "a mark of byte order, form feeds and blank lines",
        _licence(b"\xef\xbb\xbf\r\n\f\n" + LICENCE.replace(b"\n", b"\r\n")),
        finds=False,
    ),
    Case(
        "licence.text", "https instead of http", _licence(LICENCE.replace(b"http:", b"https:")), finds=False
    ),
    Case(
        "licence.text",
        "third parties after it",
        _licence(LICENCE + b"\nMIT License\n" + MIT.encode()),
        finds=False,
    ),
    Case("licence.not-first", "another licence before it", _licence(MIT.encode() + LICENCE), finds=True),
    Case("licence.not-first", "another licence after it", _licence(LICENCE + MIT.encode()), finds=False),
    Case("licence.notice-missing", "a source without NOTICE", _hold({"LICENSE": LICENCE}), finds=True),
    Case("licence.notice-missing", "a source with NOTICE", _hold(LEGAL), finds=False),
    Case(
        "licence.notice-several", "NOTICE and NOTICE.txt", _hold({**LEGAL, "NOTICE.txt": NOTICE}), finds=True
    ),
    Case("licence.notice-several", "one NOTICE", _hold(LEGAL), finds=False),
    Case(
        "licence.notice-product",
        "no line with the product's name",
        _notice(NOTICE.partition(b"\n")[2]),
        finds=True,
    ),
    Case("licence.notice-product", "the product's name first", _notice(b"\n\n" + NOTICE), finds=False),
    Case(
        "licence.notice-copyright",
        "no copyright line",
        _notice(NOTICE.replace(b"Copyright", b"Made")),
        finds=True,
    ),
    Case(
        "licence.notice-copyright",
        "a copyright line with a sign",
        _notice(NOTICE.replace(b"Copyright", "©".encode())),
        finds=False,
    ),
    Case(
        "licence.notice-attribution",
        "no attribution",
        _notice(NOTICE.replace(b"developed", b"written")),
        finds=True,
    ),
    Case("licence.notice-attribution", "an attribution over two lines", _notice(NOTICE), finds=False),
    Case("licence.disclaimer-missing", "a podling without DISCLAIMER", _podling({}), finds=True),
    Case(
        "licence.disclaimer-missing",
        "a podling with DISCLAIMER-WIP",
        _podling({"DISCLAIMER-WIP": DISCLAIMER + WIP}),
        finds=False,
    ),
    Case("licence.disclaimer-missing", "a project that is no podling", _hold(LEGAL), finds=False),
    Case(
        "licence.disclaimer-text",
        "a disclaimer about something else",
        _podling({"DISCLAIMER": b"No warranty."}),
        finds=True,
    ),
    Case(
        "licence.disclaimer-text", "the Incubator's text", _podling({"DISCLAIMER": DISCLAIMER}), finds=False
    ),
    Case(
        "licence.disclaimer-words",
        "a disclaimer in own words",
        _podling({"DISCLAIMER": b"This is in incubation."}),
        finds=True,
    ),
    Case(
        "licence.disclaimer-words",
        "a WIP disclaimer that does not say what is missing",
        _podling({"DISCLAIMER-WIP": DISCLAIMER}),
        finds=True,
    ),
    Case(
        "licence.disclaimer-words",
        "another sponsor",
        _podling({"DISCLAIMER": DISCLAIMER.replace(b"Apache Incubator", b"Apache Example PMC")}),
        finds=False,
    ),
    Case("licence.not-a-file", "a link", _hold({"NOTICE": NOTICE}, _LINK), finds=True),
    Case("licence.not-a-file", "files", _hold(LEGAL), finds=False),
)
