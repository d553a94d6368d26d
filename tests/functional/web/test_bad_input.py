# SPDX-License-Identifier: Apache-2.0
"""Whatever is typed into whichever form: it is refused beside its field or shown as text, and never runs."""

from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

import pytest

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import Seen, Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.forms_found import FoundForm, read_markup
from tests.support.payloads import EVERYTHING, SHORT
from tests.support.scenes import furnish_foundation
from tests.support.voting import make_bench
from tests.support.website import Client

MOST_ALIKE = 1
# These end what the walk needs: the session, or the account.
_LEFT_ALONE = ("/sign-out", "/sign-in", "/appearance", "/me/sessions", "/me/erase")
_NO_PAGES = ("/api/", "/static/", "/current/", "/candidate/", "/archived/", "/feeds/", "/KEYS")
_FINE = frozenset({200, 201, 303, 400, 403, 404, 409, 410, 412, 413, 422, 429})


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)


def walk_pages(visitor: Visitor, start: str = "/") -> Iterator[tuple[str, Seen]]:
    """Look at the pages that links lead to, of many that are built alike only a few."""
    due, seen, shapes = [start], {start}, Counter[str]()
    while due:
        path = due.pop(0)
        page = visitor.look(path)
        yield path, page
        for link in (*page.links, page.leads_to):
            target = urljoin(path, link).partition("#")[0].partition("?")[0]
            if target not in seen and _is_page(target) and shapes[_name_shape(target)] < MOST_ALIKE:
                shapes[_name_shape(target)] += 1
                seen.add(target)
                due.append(target)


def _is_page(path: str) -> bool:
    return path.startswith("/") and not path.startswith(_NO_PAGES)


def _name_shape(path: str) -> str:
    """Return the address with the names in it left out."""
    head, *rest = path.strip("/").split("/")
    kept = 0 if head in {"keys", "channels", "mails", "people"} else 1 if head == "projects" else 3
    return "/".join([head, *("*" for _ in rest[:kept]), *rest[kept:][: 2 if kept else 0], str(len(rest))])


def find_forms(visitor: Visitor) -> list[FoundForm]:
    """Return every form on every page, each once."""
    found: dict[object, FoundForm] = {}
    for path, page in walk_pages(visitor):
        for form in read_markup(path, page.answer.text).forms:
            if not form.action.startswith(_LEFT_ALONE):
                found.setdefault(form.name, form)
    return list(found.values())


def send(visitor: Visitor, form: FoundForm, typed: str) -> Seen:
    """Send a form with the same text in every field that people fill in."""
    fields = {**form.given, **dict.fromkeys(form.typed, typed)}
    files = {"nothing": ("", b"")} if form.takes_files else None
    return visitor.send(form.action, fields, **({"files": files} if files else {}))


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("user", ["alice", "root"])
def test_every_form_takes_what_it_gets_as_text_and_keeps_what_was_typed(
    api: Client, door: Door, user: str
) -> None:
    visitor = walk_in(api, door, user)
    forms = find_forms(visitor)
    assert len(forms) > 10
    wrong = [each for form in forms for typed in (SHORT, EVERYTHING) for each in _try(visitor, form, typed)]
    for path, page in walk_pages(visitor):
        wrong += [f"{path}: {page.status}"] if page.status >= 500 else []
        wrong += read_markup(path, page.answer.text).suspects
    assert wrong == []


def _try(visitor: Visitor, form: FoundForm, typed: str) -> list[str]:
    """Return what is wrong with how a form answers."""
    answer = send(visitor, form, typed)
    text = answer.answer.text
    page = read_markup(form.action, text)
    wrong = list(page.suspects)
    if answer.status not in _FINE:
        wrong.append(f"answers {answer.status}")
    is_asked_again = any(each.action == form.action for each in page.forms)
    if answer.status in {409, 412, 422} and is_asked_again and form.typed and typed not in unescape(text):
        wrong.append("what was typed is lost")
    if answer.status == 422 and not _says_why(text):
        wrong.append("nothing says what is wrong")
    return [f"{form.action} with {sorted(form.typed)}: {each}" for each in wrong]


def _says_why(text: str) -> bool:
    return any(f'class="{each}' in text for each in ("field-error", "reasons"))
