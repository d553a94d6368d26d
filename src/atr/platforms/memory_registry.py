# SPDX-License-Identifier: Apache-2.0
"""Registries in memory: they keep to the contract of real ones, count effects, and fail when told to."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from atr.domain.artifact import Digest
from atr.domain.distribution import PlatformHandle
from atr.domain.platform import ABILITIES, parse_platform
from atr.ports.platforms import (
    Addresses,
    BadCredentials,
    Comparison,
    Consignment,
    Operation,
    OtherBytes,
    RegistryDown,
    Results,
    Side,
    Site,
    Step,
)

REMEMBER = "remember what holds the names"
SHOW = "show to everybody"
HIDE = "hide from everybody"
_NOBODY = "(nobody)"
Raise = Callable[[], Exception]
Coordinate = tuple[str | None, str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong at a step, so many times: before its effect, after it, or instead of it (a lie)."""

    make_error: Raise | None
    after_effect: bool = False


@dataclass(slots=True)
class MemorySite:
    """What stands at one address: the bytes by coordinate and path, who sees them, and who holds names."""

    files: dict[Coordinate, dict[str, bytes]] = field(default_factory=dict)
    public: set[Coordinate] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)
    refused_secret: str = ""

    def plan_trouble(
        self, step: str, make_error: Raise | None, *, after_effect: bool = False, times: int = 1
    ) -> None:
        """Have something go wrong at a step; without an error the step claims an effect it does not have."""
        self.troubles.setdefault(step, []).extend([Trouble(make_error, after_effect)] * times)

    def tamper(self, coordinate: Coordinate, path: str, data: bytes) -> None:
        """Replace bytes that stand there, as somebody with the registry's password might."""
        self.files[coordinate][path] = data


@dataclass(slots=True)
class MemoryRegistries:
    """Every platform, at as many addresses as are asked for."""

    sites: dict[str, MemorySite] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def visit(self, url: str) -> MemorySite:
        """Return what stands at an address."""
        return self.sites.setdefault(url, MemorySite())

    @contextmanager
    def connect(self, platform: str, site: Site) -> Iterator["MemoryRegistry"]:
        """Open a registry by its platform's name; raise Invalid for an unknown one, or RegistryDown."""
        if site.url in self.silent:
            raise RegistryDown(f"{site.url} does not answer.")
        yield MemoryRegistry(self.visit(site.url), site, stages=ABILITIES[parse_platform(platform)].stages)


@dataclass(slots=True)
class MemoryRegistry:
    """One platform at one site."""

    there: MemorySite
    site: Site
    stages: bool

    def check_access(self) -> str:
        """Return whose account it is; raise BadCredentials."""
        refused = self.there.refused_secret
        if refused and refused in self.site.secret.values():
            raise BadCredentials(f"{self.site.url} does not accept the credentials.")
        return self.site.secret.get("username", "somebody")

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps in order, without calling anything."""
        match operation:
            case Operation.STAGE:
                return (*self._list_uploads(consignment), self._point(consignment, consignment.staging_name))
            case Operation.PROMOTE:
                names = (self._point(consignment, name) for name in consignment.final_names)
                return (self._remember(consignment), self._show(consignment), *names)
            case Operation.PUBLISH:
                return (*self._list_uploads(consignment), self._show(consignment))
            case Operation.TAKE_BACK:
                backs = (self._give_back(name) for name in consignment.final_names)
                return (*backs, self._hide(consignment))

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:
        """Return for each parcel what stands there now."""
        del results
        where = _locate(consignment)
        hidden = side is Side.PUBLIC and where not in self.there.public
        found = {} if hidden else self.there.files.get(where, {})
        self.there.reads[f"compare {side}"] += 1
        return tuple(
            Comparison(
                path=parcel.path,
                subject=parcel.path,
                expected=parcel.content.sha512,
                seen=_digest(found[parcel.path]) if parcel.path in found else None,
                address=f"{self.site.url}/{consignment.package}/{consignment.version}/{parcel.path}",
            )
            for parcel in consignment.parcels
        )

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the version that holds the last of the final names."""
        names = consignment.final_names
        return self.there.names.get(f"{consignment.package}:{names[-1]}") if names else None

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the name for testers."""
        del results
        return PlatformHandle("tag", consignment.staging_name) if self.stages else None

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:
        """Return where it is."""
        there = f"{self.site.url}/{side}/{consignment.package}/{consignment.version}"
        return Addresses(f"{there}.json", there)

    def _list_uploads(self, consignment: Consignment) -> tuple[Step, ...]:
        return tuple(self._upload(consignment, parcel.path) for parcel in consignment.parcels)

    def _upload(self, consignment: Consignment, path: str) -> Step:
        parcel = next(each for each in consignment.parcels if each.path == path)
        where = _locate(consignment)

        def ask(_results: Results) -> str | None:
            known = self.there.files.get(where, {}).get(path)
            if known is None:
                return None
            if _digest(known) != parcel.content.sha512:
                raise OtherBytes(f"{path} of {consignment.version} is there with other bytes.")
            return str(parcel.content.sha512)

        def upload() -> str:
            self.there.files.setdefault(where, {})[path] = b"".join(parcel.read())
            return str(parcel.content.sha512)

        return self._make_step(f"upload {path}", "PUT", ask, lambda _results: upload())

    def _point(self, consignment: Consignment, name: str) -> Step:
        full = f"{consignment.package}:{name}"

        def ask(_results: Results) -> str | None:
            return consignment.version if self.there.names.get(full) == consignment.version else None

        def point() -> str:
            self.there.names[full] = consignment.version
            return consignment.version

        return self._make_step(f"point {full}", "PUT", ask, lambda _results: point())

    def _remember(self, consignment: Consignment) -> Step:
        names = [f"{consignment.package}:{name}" for name in consignment.final_names]

        def read(_results: Results) -> str:
            return "\n".join(f"{name}={self.there.names.get(name, _NOBODY)}" for name in names)

        return Step(REMEMBER, f"GET {self.site.url}/names", lambda _results: None, read)

    def _show(self, consignment: Consignment) -> Step:
        where = _locate(consignment)

        def show() -> str:
            self.there.public.add(where)
            return "public"

        def ask(_results: Results) -> str | None:
            return "public" if where in self.there.public else None

        return self._make_step(SHOW, "PATCH", ask, lambda _results: show())

    def _hide(self, consignment: Consignment) -> Step:
        where = _locate(consignment)

        def hide() -> str:
            self.there.public.discard(where)
            return "hidden"

        def ask(_results: Results) -> str | None:
            return None if where in self.there.public else "hidden"

        return self._make_step(HIDE, "PATCH", ask, lambda _results: hide())

    def _give_back(self, name: str) -> Step:
        def find_previous(results: Results) -> tuple[str, str] | None:
            remembered = dict(line.rsplit("=", 1) for line in results.get(REMEMBER, "").splitlines())
            return next(((full, old) for full, old in remembered.items() if full.endswith(f":{name}")), None)

        def ask(results: Results) -> str | None:
            previous = find_previous(results)
            if previous is None:
                return "was never moved"
            return previous[1] if self.there.names.get(previous[0], _NOBODY) == previous[1] else None

        def give_back(results: Results) -> str:
            full, old = find_previous(results) or ("", _NOBODY)
            if old == _NOBODY:
                self.there.names.pop(full, None)
            else:
                self.there.names[full] = old
            return old

        return self._make_step(f"give back {name}", "PUT", ask, give_back)

    def _make_step(
        self,
        name: str,
        method: str,
        ask: Callable[[Results], str | None],
        take_effect: Callable[[Results], str],
    ) -> Step:
        """Return a step that counts its effects, with the trouble that is planned for it."""

        def act(results: Results) -> str:
            planned = self.there.troubles.get(name, [])
            trouble = planned.pop(0) if planned else None
            if trouble is not None and not trouble.after_effect:
                if trouble.make_error is None:
                    return "done, honestly"
                raise trouble.make_error()
            result = take_effect(results)
            self.there.effects[name] += 1
            if trouble is not None and trouble.make_error is not None:
                raise trouble.make_error()
            return result

        return Step(name, f"{method} {self.site.url}/{name.replace(' ', '/')}", ask, act)


def _locate(consignment: Consignment) -> Coordinate:
    return consignment.owner_namespace, consignment.package, consignment.version


def _digest(data: bytes) -> Digest:
    return Digest("sha512", hashlib.sha512(data).hexdigest())
