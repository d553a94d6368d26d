# SPDX-License-Identifier: Apache-2.0
"""PyPI: what pip and twine make of what was done, and what the index refuses."""

import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from twine.package import PackageFile
from twine.repository import Repository

from atr.domain.errors import DomainError, Invalid, OutOfSpace, Refused
from atr.platforms.pypi import connect
from atr.platforms.pypi.form import build_form
from atr.platforms.pypi.metadata import read_distribution
from atr.platforms.pypi.places import find_places
from atr.ports.platforms import (
    BadCredentials,
    Consignment,
    NeedsPerson,
    NotYet,
    Operation,
    OtherBytes,
    Parcel,
    Registry,
    RegistryDown,
    Side,
    Site,
)
from tests.contracts.platforms.plug import QUICK, carry_out, pack
from tests.contracts.platforms.pypi_plugs import PypiPlug
from tests.simulators.lying import Reply, follow_script
from tests.simulators.pypi import PyPi, simulate_pypi
from tests.support.python_packages import (
    TOKEN,
    name_sdist,
    name_wheel,
    pack_sdist,
    pack_wheel,
    run_pypiserver,
    write_metadata,
)

PLUG = PypiPlug()
pytestmark = pytest.mark.xdist_group("pypi")


@pytest.fixture
def pypi() -> Iterator[PyPi]:
    with simulate_pypi(TOKEN) as index:
        yield index


@pytest.fixture
def index(pypi: PyPi) -> Iterator[Registry]:
    with open_index(f"{pypi.url}/legacy/") as registry:
        yield registry


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_pypiserver(tmp_path_factory.mktemp("pypiserver")) as url:
        yield url


def open_index(url: str) -> AbstractContextManager[Registry]:
    return connect(Site(url, {"token": TOKEN}, local=True), QUICK)


def publish(registry: Registry, consignment: Consignment) -> dict[str, str]:
    return carry_out(PLUG, "", registry, Operation.PUBLISH, consignment, {})


def run_python(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip_download(url: str, spec: str, folder: Path, *more: str) -> dict[str, bytes]:
    words = ("download", "--quiet", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", *more)
    run_python("pip", *words, "--isolated", "--index-url", f"{url}/simple/", "--dest", str(folder), spec)
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_pip_downloads_the_very_bytes_that_were_uploaded(server: str, tmp_path: Path) -> None:
    consignment = PLUG.consign("walk-there", "1.0.0")
    with open_index(server) as registry:
        publish(registry, consignment)
    wheel, _ = consignment.parcels
    got = pip_download(server, "walk-there==1.0.0", tmp_path)
    assert got == {wheel.path.name: b"".join(wheel.read())}


@pytest.mark.parametrize("speaks_html", [True, False])
def test_pip_reads_the_simulated_index_too(
    pypi: PyPi, index: Registry, tmp_path: Path, speaks_html: bool
) -> None:
    pypi.speaks_html = speaks_html
    consignment = PLUG.consign("walk-there", "1.0.0")
    results = publish(index, consignment)
    got = pip_download(pypi.url, "walk-there", tmp_path)
    assert got == {name_wheel("walk-there", "1.0.0"): b"".join(consignment.parcels[0].read())}
    rows = index.compare(Side.PUBLIC, consignment, results)
    assert {row.subject for row in rows} == {
        "digest in the simple index",
        "digest in the JSON interface",
        "file",
    }
    assert all(row.matches for row in rows)


@pytest.mark.parametrize("is_real", [True, False])
def test_what_twine_uploaded_before_is_success_or_refused(
    server: str, pypi: PyPi, tmp_path: Path, is_real: bool
) -> None:
    url = server if is_real else f"{pypi.url}/legacy/"
    consignment = PLUG.consign("walk-twine", "1.0.0")
    path = tmp_path / name_wheel("walk-twine", "1.0.0")
    path.write_bytes(b"".join(consignment.parcels[0].read()))
    login = ("--username", "__token__", "--password", TOKEN, "--non-interactive", "--disable-progress-bar")
    run_python("twine", "upload", "--repository-url", url, *login, str(path))
    with open_index(url) as registry:
        publish(registry, consignment)
        assert all(row.matches for row in registry.compare(Side.PUBLIC, consignment, {}))
        with pytest.raises(OtherBytes):
            publish(registry, PLUG.consign("walk-twine", "1.0.0", b"other"))


@pytest.mark.parametrize(
    ("name", "make"),
    [(name_wheel("two-words", "1.0"), pack_wheel), (name_sdist("two-words", "1.0"), pack_sdist)],
)
def test_the_form_is_that_of_twine(tmp_path: Path, name: str, make: Callable[..., bytes]) -> None:
    data = make("two-words", "1.0")
    (tmp_path / name).write_bytes(data)
    package = PackageFile.from_filename(str(tmp_path / name), None)
    theirs = Repository._convert_metadata_to_list_of_tuples(package.metadata_dictionary())
    theirs += [(":action", "file_upload"), ("protocol_version", "1")]
    consignment = replace(PLUG.consign("two-words", "1.0"), parcels=(pack(name, data),))
    ours = read_distribution(consignment.parcels[0], consignment).list_fields()
    assert sorted(ours) == sorted(each for each in theirs if each[0] != "blake2_256_digest")


def test_a_form_is_as_long_as_it_says() -> None:
    form = build_form([("name", "größe")], "a.whl", pack("a.whl", b"x" * 30_000))
    assert len(b"".join(form.read())) == form.size


def test_every_file_is_a_step_of_its_own_wheels_first(pypi: PyPi, index: Registry) -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    first, second = index.list_steps(Operation.PUBLISH, consignment)
    assert (first.name, second.name) == ("upload demo-1.0.0-py3-none-any.whl", "upload demo-1.0.0.tar.gz")
    results = {first.name: first.act({})}
    assert index.name_handle(consignment, results) is None
    assert publish(index, consignment).keys() == {first.name, second.name}
    assert pypi.effects == {"demo-1.0.0-py3-none-any.whl": 1, "demo-1.0.0.tar.gz": 1}
    assert index.find_holder(consignment) is None


def test_a_burnt_name_is_explained(pypi: PyPi, index: Registry) -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    publish(index, consignment)
    pypi.delete("demo-1.0.0.tar.gz")
    with pytest.raises(Refused, match=r"demo-1\.0\.0\.tar\.gz is burnt"):
        publish(index, consignment)


def test_a_release_that_is_closed_takes_no_more_files(pypi: PyPi, index: Registry) -> None:
    pypi.close("demo", "1.0.0")
    with pytest.raises(Refused, match="older than 14 days"):
        publish(index, PLUG.consign("demo", "1.0.0"))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(400, b"<title>400 File already exists ('x', with blake2 hash 'y')</title>"), OtherBytes),
        (Reply(409, b"<title>Conflict</title>Package 'x' already exists!"), Refused),
        (Reply(400, b"This filename has previously been used, you should"), Refused),
        (Reply(400, b"The digest supplied does not match a digest calculated"), RegistryDown),
        (Reply(400, b"Only one sdist may be uploaded per release."), Refused),
        (Reply(403, b"The user isn't allowed to upload to project"), BadCredentials),
        (Reply(200), NotYet),
    ],
)
def test_a_refusal_is_told_apart(reply: Reply, error: type[DomainError]) -> None:
    with follow_script() as script:
        script.set("/legacy/", reply)
        with open_index(f"{script.url}/legacy/") as registry:
            upload, _ = registry.list_steps(Operation.PUBLISH, PLUG.consign("demo", "1.0.0"))
            with pytest.raises(error) as raised:
                upload.act({})
    assert type(raised.value) is error


def test_taking_back_is_left_to_a_person_and_then_seen(pypi: PyPi, index: Registry) -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    publish(index, consignment)
    (yank,) = index.list_steps(Operation.TAKE_BACK, consignment)
    assert yank.ask({}) is None
    with pytest.raises(NeedsPerson, match=r"manage/project/demo/release/1\.0\.0/"):
        yank.act({})
    pypi.yank("demo", "1.0.0")
    assert yank.ask({}) == "yanked"


def test_another_index_is_left_to_its_operator(server: str) -> None:
    with open_index(server) as registry:
        (yank,) = registry.list_steps(Operation.TAKE_BACK, PLUG.consign("demo", "1.0.0"))
        with pytest.raises(NeedsPerson, match="operator"):
            yank.act({})
        addresses = registry.find_addresses(Side.PUBLIC, PLUG.consign("demo", "1.0.0"))
    assert addresses.web_url == f"{server}/simple/demo/"


@pytest.mark.parametrize("operation", [Operation.STAGE, Operation.PROMOTE])
def test_nothing_is_staged_where_all_is_public(index: Registry, operation: Operation) -> None:
    with pytest.raises(Refused, match="neither staging nor promotion"):
        index.list_steps(operation, PLUG.consign("demo", "1.0.0"))


def test_a_channel_without_a_token_is_not_tried(pypi: PyPi) -> None:
    with connect(Site(pypi.url, local=True), QUICK) as registry, pytest.raises(BadCredentials):
        registry.check_access()


def test_a_file_that_is_listed_but_gone_does_not_match() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    name = consignment.parcels[0].path.name
    page = f'<a href="/files/{name}">{name}</a><a name="x">x</a>'.encode()
    with follow_script() as script:
        script.set("/simple/demo/", Reply(200, page, {"content-type": "text/html"}))
        with open_index(script.url) as registry:
            rows = registry.compare(Side.PUBLIC, consignment, {})
    assert [row.seen for row in rows] == [None] * 4


def test_a_file_listed_without_a_digest_is_fetched() -> None:
    consignment = PLUG.consign("demo", "1.0.0")
    parcel = consignment.parcels[0]
    page = f'<a href="/files/{parcel.path.name}#md5=0">x</a>'.encode()
    with follow_script() as script:
        script.set("/simple/demo/", Reply(200, page, {"content-type": "text/html"}))
        script.set(f"/files/{parcel.path.name}", Reply(200, b"".join(parcel.read())))
        with open_index(script.url) as registry:
            upload, _ = registry.list_steps(Operation.PUBLISH, consignment)
            assert upload.ask({}) == str(parcel.content.sha256)


@pytest.mark.parametrize(
    ("path", "reply", "said"),
    [
        ("/simple/demo/", Reply(200, b"{}", {"content-type": "text/plain"}), "answered by text/plain"),
        ("/simple/demo/", Reply(200, b"{}"), "answered by nothing named"),
        ("/pypi/demo/1.0.0/json", Reply(200, b'{"urls": 1}'), "lists no files"),
    ],
)
def test_an_index_that_answers_something_else_is_down(path: str, reply: Reply, said: str) -> None:
    with follow_script() as script:
        script.set(path, reply)
        with open_index(script.url) as registry, pytest.raises(RegistryDown, match=said):
            registry.compare(Side.PUBLIC, PLUG.consign("demo", "1.0.0"), {})


def test_odd_entries_of_an_index_are_passed_over() -> None:
    files = b'{"files": [1, {"filename": "x"}, {"filename": "y", "url": "/y", "hashes": {"sha256": "?"}}]}'
    with follow_script() as script:
        script.set(
            "/simple/demo/", Reply(200, files, {"content-type": "application/vnd.pypi.simple.v1+json"})
        )
        with open_index(script.url) as registry:
            rows = registry.compare(Side.PUBLIC, PLUG.consign("demo", "1.0.0"), {})
    assert not any(row.seen for row in rows)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("demo-1.0.0-py3-none-any.whl", b"no zip", "no distribution"),
        ("demo-1.0.0.tar.gz", b"no tar", "no distribution"),
        ("demo-1.0.0.zip", b"", "no distribution"),
        ("demo-1.0.0.tar.gz", pack_sdist("demo", "1.0.1"), r"says demo 1\.0\.1"),
        ("demo-1.0.0-py3-none-any.whl", pack_wheel("other", "1.0.0"), "says other"),
        ("demo-1.0.1-py3-none-any.whl", pack_wheel("demo", "1.0.0"), r"not demo 1\.0\.0"),
        ("demo-1.0.0.tar.gz", pack_sdist("demo", "1.0.0", metadata=b"Name: demo\n"), "no distribution"),
        (
            "demo-1.0.0.tar.gz",
            pack_sdist("demo", "1.0.0", metadata=write_metadata("demo", "1.0.0", "Nonsense: 1\n")),
            "nonsense",
        ),
        (
            "demo-1.0.0.tar.gz",
            pack_sdist("demo", "1.0.0", metadata=write_metadata("demo", "1.0.0", "Requires-Dist: ?\n")),
            "no distribution",
        ),
        (
            "demo-1.0.0.tar.gz",
            pack_sdist("demo", "1.0.0", metadata=write_metadata("demo", "1.0.0") + b"x" * (5 << 20)),
            "too long",
        ),
    ],
)
def test_what_says_something_else_is_invalid(name: str, data: bytes, said: str) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), parcels=(pack(name, data),))
    with pytest.raises(Invalid, match=said):
        read_distribution(consignment.parcels[0], consignment)


def test_a_wheel_with_two_descriptions_is_invalid() -> None:
    buffer = BytesIO(pack_wheel("demo", "1.0.0"))
    with zipfile.ZipFile(buffer, "a") as wheel:
        wheel.writestr("other-1.0.0.dist-info/METADATA", "Name: other\n")
    consignment = PLUG.consign("demo", "1.0.0")
    with pytest.raises(Invalid, match="not one METADATA"):
        read_distribution(pack("demo-1.0.0-py3-none-any.whl", buffer.getvalue()), consignment)


def test_old_setuptools_is_forgiven_as_twine_forgives() -> None:
    metadata = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0.0\nLicense-File: LICENSE\n"
    data = pack_sdist("demo", "1.0.0", metadata=metadata)
    found = read_distribution(pack("demo-1.0.0.tar.gz", data), PLUG.consign("demo", "1.0.0"))
    assert "license_file" not in dict(found.list_fields())


@pytest.mark.parametrize(
    ("change", "said"), [({"version": "one"}, "no version"), ({"parcels": ()}, "no wheel and no source")]
)
def test_what_no_index_takes_is_invalid(index: Registry, change: dict[str, object], said: str) -> None:
    consignment = replace(PLUG.consign("demo", "1.0.0"), **change)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=said):
        index.list_steps(Operation.PUBLISH, consignment)


@pytest.mark.parametrize(("number", "error"), [(28, OutOfSpace), (5, OSError)])
def test_a_full_disk_is_no_fault_of_the_file(number: int, error: type[Exception]) -> None:
    def fail() -> Iterator[bytes]:
        raise OSError(number, "no room")

    consignment = PLUG.consign("demo", "1.0.0")
    parcel: Parcel = replace(consignment.parcels[0], read=fail)
    with pytest.raises(error):
        read_distribution(parcel, consignment)


def test_the_addresses_of_the_public_index_are_known() -> None:
    for url in ("https://pypi.org", "https://upload.pypi.org/legacy/"):
        places = find_places(url)
        assert (places.upload, places.root) == ("https://upload.pypi.org/legacy/", "https://pypi.org")
    test = find_places("https://test.pypi.org/legacy/")
    assert (test.upload, test.root) == ("https://test.pypi.org/legacy/", "https://test.pypi.org")
    assert "test-files.pythonhosted.org" in test.hosts


def test_an_index_shows_where_a_version_is(index: Registry, pypi: PyPi) -> None:
    addresses = index.find_addresses(Side.PUBLIC, PLUG.consign("De.mo", "1.0.0"))
    assert addresses.api_url == f"{pypi.url}/pypi/de-mo/1.0.0/json"
    assert addresses.web_url == f"{pypi.url}/project/de-mo/1.0.0/"
