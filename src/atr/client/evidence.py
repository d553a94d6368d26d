# SPDX-License-Identifier: Apache-2.0
"""What a voter did, item by item, read from a file: by hand, or as `atr verify --report` wrote it."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from atr.client.failures import Failed
from atr.domain.checklist import CHECKLIST_PREFIX
from atr.domain.evidence import DONE

EvidenceBody = dict[str, str | dict[str, str]]
"""What a voter did as the API takes it: items with words, and under `checklist` those of the round's own."""


class Report(BaseModel):
    """What `atr verify --report` writes."""

    model_config = ConfigDict(frozen=True)

    format: int = 1
    verified_at: str
    place: str
    release: str | None
    manifest_digest: str | None
    proven: tuple[str, ...]
    unproven: tuple[str, ...]
    wrong: tuple[str, ...]
    evidence: dict[str, str]
    summary: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The items, and the bytes they are about if the file says so."""

    items: EvidenceBody = field(default_factory=dict)
    manifest_digest: str | None = None


def tick_items(given: EvidenceBody, numbers: tuple[int, ...]) -> EvidenceBody:
    """Return the evidence with items of the checklist ticked beside what it says about others."""
    found = given.get("checklist", {})
    said = found if isinstance(found, dict) else {}
    ticked = {str(number): DONE for number in numbers}
    return {**given, "checklist": ticked | said} if ticked or said else given


def _gather_checklist(given: EvidenceBody) -> EvidenceBody:
    """Return the evidence with `checklist.2` written as the API does, as answers of the server have it."""
    flat = {name: said for name, said in given.items() if name.startswith(CHECKLIST_PREFIX)}
    if not flat:
        return given
    rest = {name: said for name, said in given.items() if name not in flat}
    own = {name.removeprefix(CHECKLIST_PREFIX): said for name, said in flat.items()}
    return TypeAdapter(EvidenceBody).validate_python({**rest, "checklist": own})


def read_evidence(file: Path | None) -> Evidence:
    """Return what the file says; raise Failed when it is neither a report nor items with texts."""
    if file is None:
        return Evidence()
    try:
        data: object = json.loads(file.read_bytes())
        if isinstance(data, dict) and "evidence" in data:
            report = Report.model_validate(data)
            # What was voted before is in the report too, but is nothing that the voter did.
            items: EvidenceBody = {item: said for item, said in report.evidence.items() if item != "vote"}
            return Evidence(items, report.manifest_digest)
        return Evidence(_gather_checklist(TypeAdapter(EvidenceBody).validate_python(data)))
    except (ValueError, ValidationError):
        raise Failed(
            f'{file} is no evidence: write a JSON object such as {{"built": "with JDK 21"}}, '
            "or use what atr verify --report wrote."
        ) from None
