# SPDX-License-Identifier: Apache-2.0
"""Gathering what is to be verified: a folder, one file with its companions, or a release on a server."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from atr.checks.local_revision import hash_file
from atr.client.addresses import address_release
from atr.client.credentials import Login
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.metadata import Metadata, read_metadata
from atr.client.output import Advance, show_progress
from atr.client.proofs import Exhibit
from atr.client.public_site import PublicSite
from atr.domain.artifact_names import COMPANIONS
from atr.domain.coordinates import KEYS_NAME, METADATA_FILE
from atr.domain.errors import Invalid
from atr.domain.key import PublicKey
from atr.domain.names import FilePath, ReleaseKey
from atr.openpgp.keyring import LocalKeyring
from atr.schema.releases import ReleaseAnswer

_PAGES = "/releases/"
_NO_FILES = frozenset({KEYS_NAME, str(METADATA_FILE)})
_DEEPEST = 3  # folders that a published file can stand below its project's KEYS, the release's own included


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be verified, and where the keys came from: only those named by the user are theirs."""

    exhibit: Exhibit
    keys_from: str


def gather_url(url: str, keys_file: Path | None, scratch: Path) -> Gathered:
    """Return a release on a server, received into a scratch folder; raise Failed or Unreachable."""
    with PublicSite.of(url) as site:
        path = _find_coordinate(url)
        data, metadata = site.fetch_metadata(path)
        (scratch / METADATA_FILE).write_bytes(data)
        if keys_file is None:
            (scratch / KEYS_NAME).write_bytes(site.fetch_keys(metadata.keys))
        with show_progress("Receiving", sum(file.size for file in metadata.offered)) as advance:
            site.save_files(metadata, scratch, advance)
    gathered = gather_path(scratch, keys_file)
    return Gathered(gathered.exhibit, gathered.keys_from if keys_file else "the same server as the files")


def _find_coordinate(url: str) -> str:
    """Return the public path of a release, also when the address is that of its page."""
    parts = urlsplit(url)
    if not parts.path.startswith(_PAGES):
        return parts.path.rstrip("/")
    try:
        release = ReleaseKey.parse(unquote(parts.path.removeprefix(_PAGES).rstrip("/")))
    except Invalid as error:
        raise Failed(f"{url} is the address of no release: {error}") from None
    with Api(Login(f"{parts.scheme}://{parts.netloc}")) as api:
        return api.get(address_release(release), ReleaseAnswer).path


def gather_path(path: Path, keys_file: Path | None) -> Gathered:
    """Return what is in a folder, or one file with its signature and checksums."""
    folder = path if path.is_dir() else path.parent
    places = dict(_list_folder(folder) if path.is_dir() else _list_beside(path))
    keys_place = keys_file or _find_keys(folder)
    total = sum(place.stat().st_size for place in places.values())
    with show_progress("Verifying", total) as advance:
        contents = {name: hash_file(place) for name, place in _tell(places, advance)}
    exhibit = Exhibit(
        places=places,
        contents=contents,
        metadata=_find_metadata(folder),
        keys=_read_keys(keys_place) if keys_place else (),
        is_whole=path.is_dir(),
    )
    return Gathered(exhibit, str(keys_place) if keys_place else "nowhere")


def _tell(places: dict[FilePath, Path], advance: Advance) -> Iterator[tuple[FilePath, Path]]:
    for name, place in places.items():
        yield name, place
        advance(place.stat().st_size)


def _list_folder(folder: Path) -> Iterator[tuple[FilePath, Path]]:
    for place in sorted(folder.rglob("*")):
        name = place.relative_to(folder).as_posix()
        if place.is_file() and name not in _NO_FILES:
            yield _name_file(name), place


def _list_beside(path: Path) -> Iterator[tuple[FilePath, Path]]:
    for place in (path, *(path.with_name(f"{path.name}{suffix}") for suffix in COMPANIONS)):
        if place.is_file():
            yield _name_file(place.name), place


def _name_file(name: str) -> FilePath:
    try:
        return FilePath(name)
    except Invalid as error:
        raise Failed(f"No release has such a file: {error}") from None


def _find_metadata(folder: Path) -> Metadata | None:
    place = folder / METADATA_FILE
    return read_metadata(place.read_bytes(), str(place)) if place.is_file() else None


def _find_keys(folder: Path) -> Path | None:
    """Return the KEYS beside the files, or above them as in the published tree."""
    places = [folder, *folder.resolve().parents[: _DEEPEST - 1]]
    return next((place / KEYS_NAME for place in places if (place / KEYS_NAME).is_file()), None)


def _read_keys(place: Path) -> tuple[PublicKey, ...]:
    good, _rejected = LocalKeyring().read_keys(place.read_bytes())
    if not good:
        raise Failed(f"{place} holds no public key that can be used.")
    return good
