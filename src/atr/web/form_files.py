# SPDX-License-Identifier: Apache-2.0
"""Reading a form with files as it arrives, however long: files go to the store, fields stay small.

The form's token has to be its first field, so that nothing of a foreign form is kept.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from litestar.concurrency import sync_to_thread
from litestar.exceptions import ClientException
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from atr.domain.artifact import Content
from atr.domain.errors import Invalid, TooLarge
from atr.domain.names import FilePath
from atr.services.door import Door
from atr.services.form_uploads import FormFile, FormIntake
from atr.web.forms import TOKEN_FIELD
from atr.web.parts import WebRequest
from atr.web.receiving import gather_blocks
from atr.web.security import FormRejected

_MOST_PARTS = 2_000
_LONGEST_FIELD = 256 * 1024
_BROKEN = "The form is not well-formed: it ended too early, or is no multipart/form-data."


@dataclass(slots=True)
class SentForm:
    """What a form brought: fields by name, stored files by path, and what was wrong with files."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[FilePath, Content] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    name: str
    text: bytearray
    path: FilePath | None = None
    file: FormFile | None = None
    is_file: bool = False


async def receive_form(
    request: WebRequest, door: Door, intake: FormIntake, check_token: Callable[[str], None]
) -> SentForm:
    """Read the whole form; raise FormRejected, or ClientException (400) when it cannot be read.

    Files that cannot be taken are complained about, and the others read on, so that all faults are told.
    """
    reader = _FormReader(door, intake, check_token)
    try:
        await reader.read(_parse(request))
    except MultipartError:
        raise ClientException(_BROKEN) from None
    finally:
        await sync_to_thread(reader.give_up)
    if not reader.is_trusted:
        raise FormRejected
    return reader.form


async def _parse(request: WebRequest) -> AsyncIterator[MultipartSegment | bytearray | None]:
    _, options = parse_options_header(request.headers.get("content-type", ""))
    with PushMultipartParser(options.get("boundary", ""), max_segment_count=_MOST_PARTS) as parser:
        async for block in gather_blocks(request):
            for event in parser.parse(block):
                yield event


class _FormReader:
    def __init__(self, door: Door, intake: FormIntake, check_token: Callable[[str], None]) -> None:
        self.form = SentForm()
        self.is_trusted = False
        self._door = door
        self._intake = intake
        self._check_token = check_token
        self._part: _Part | None = None

    async def read(self, events: AsyncIterator[MultipartSegment | bytearray | None]) -> None:
        """Take every event of the parser: the head of a part, some of its bytes, or its end."""
        async for event in events:
            if isinstance(event, MultipartSegment):
                self._part = await sync_to_thread(self._begin, event)
            elif self._part is not None and event is not None:
                await sync_to_thread(self._continue, self._part, bytes(event))
            elif self._part is not None:
                await sync_to_thread(self._end, self._part)
                self._part = None

    def give_up(self) -> None:
        """Let go of a file that did not arrive whole."""
        if self._part is not None and self._part.file is not None:
            self._part.file.give_up()

    def _begin(self, segment: MultipartSegment) -> _Part:
        part = _Part(segment.name, bytearray(), is_file=segment.filename is not None)
        if not self.is_trusted and (part.is_file or part.name != TOKEN_FIELD):
            raise FormRejected
        if segment.filename:
            try:
                part.path = FilePath(segment.filename)
            except Invalid as error:
                self.form.complaints += error.reasons
            else:
                part.file = FormFile.begin(self._door, self._intake)
        return part

    def _continue(self, part: _Part, data: bytes) -> None:
        if part.file is not None:
            try:
                part.file.append((data,))
            except TooLarge as error:
                self.form.complaints.append(f"{part.path}: {error}")
                part.file.give_up()
                part.file = None
        elif not part.is_file:
            part.text += data
            if len(part.text) > _LONGEST_FIELD:
                raise TooLarge(f"The field {part.name} is too long.")

    def _end(self, part: _Part) -> None:
        if part.file is not None and part.path is not None:
            self.form.files[part.path] = part.file.finish()
        elif not part.is_file:
            self._take_field(part.name, part.text.decode(errors="replace"))

    def _take_field(self, name: str, text: str) -> None:
        if name == TOKEN_FIELD:
            self._check_token(text)
            self.is_trusted = True
        else:
            self.form.fields[name] = text
