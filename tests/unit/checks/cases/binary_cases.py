# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the rules about compiled code and other binary files in source archives."""

from dataclasses import replace
from functools import partial

from tests.support.archives import make_zip
from tests.unit.checks.cases.case import Case
from tests.unit.checks.cases.header_cases import put_files
from tests.unit.checks.examination import Release

CLASS = b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100)
WASM = b"\0asm\x01\0\0\0" + bytes(100)
IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(100)
JAR = make_zip({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "org/A.class": CLASS})
SOURCES = make_zip({"org/A.java": b"class A {}"})


def put(name: str, content: bytes) -> partial[None]:
    """Return a change that makes a source archive with this file."""
    return partial(put_files, {name: content})


def exclude(name: str, content: bytes, release: Release) -> None:
    """Put a file, and exclude it by policy."""
    put_files({name: content}, release)
    release.describe(policy=replace(release.facts.policy, excluded_globs=("lib/*",)))


def put_into_binary(release: Release) -> None:
    """Make a binary artifact that holds compiled code."""
    release.add("example-1.0.jar", JAR)


def package(size: int, release: Release) -> None:
    """Make a Python package of so many bytes of compiled code, and hardly anything else."""
    release.describe(version="1.0")
    put_files({"PKG-INFO": "Metadata-Version: 2.1\n", "jars/a.class": CLASS + bytes(size)}, release)


CASES: tuple[Case, ...] = (
    Case("binary.compiled", "a class", put("lib/A.class", CLASS), finds=True),
    Case("binary.compiled", "a class by another name", put("lib/a.txt", CLASS), finds=True),
    Case("binary.compiled", "a jar with classes", put("gradle/wrapper/gradle-wrapper.jar", JAR), finds=True),
    Case("binary.compiled", "a jar with sources", put("lib/a-sources.jar", SOURCES), finds=False),
    Case("binary.compiled", "text named like a class", put("lib/A.class", b"class A {}"), finds=False),
    Case("binary.compiled", "a class that is excluded", partial(exclude, "lib/A.class", CLASS), finds=False),
    Case("binary.compiled", "a class among the tests", put("src/test/resources/A.class", CLASS), finds=False),
    Case("binary.compiled", "a class in a binary artifact", put_into_binary, finds=False),
    Case("binary.compiled-test-data", "a jar among tests", put("src/test/resources/a.jar", JAR), finds=True),
    Case("binary.compiled-test-data", "a jar elsewhere", put("lib/a.jar", JAR), finds=False),
    Case("binary.web-module", "WebAssembly in built pages", put("ui/dist/assets/a.wasm", WASM), finds=True),
    Case("binary.web-module", "WebAssembly elsewhere", put("lib/a.wasm", WASM), finds=False),
    Case("binary.package", "a package of compiled code", partial(package, 11 * 1024 * 1024), finds=True),
    Case("binary.package", "a source with a class", partial(package, 1024), finds=False),
    Case("binary.content", "an unknown binary file", put("lib/a.dat", b"\0\1\2\3" * 50), finds=True),
    Case("binary.content", "a jar with sources", put("lib/a-sources.jar", SOURCES), finds=True),
    Case("binary.content", "an image", put("docs/a.png", IMAGE), finds=False),
    Case("binary.content", "text in another encoding", put("a.txt", "Grüße".encode("latin-1")), finds=False),
    Case("binary.test-data", "a binary file for tests", put("src/test/data/a.avro", b"Obj\1\0"), finds=True),
    Case("binary.test-data", "a binary file elsewhere", put("src/main/a.avro", b"Obj\1\0"), finds=False),
    Case("binary.media", "an image", put("docs/a.txt", IMAGE), finds=True),
    Case("binary.media", "a text", put("docs/a.png", b"no image\n"), finds=False),
    Case("binary.excluded", "what the policy excludes", partial(exclude, "lib/A.class", CLASS), finds=True),
    Case("binary.excluded", "what it does not exclude", partial(exclude, "src/A.class", CLASS), finds=False),
)
