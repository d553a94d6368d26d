# SPDX-License-Identifier: Apache-2.0
"""Errands: what a worker does outside the database; each may be run again at any point without harm."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Self

from atr.domain.errors import DomainError
from atr.ports.automation import Automation, NoAutomation
from atr.ports.blobs import Blobs
from atr.ports.checks import Examiner
from atr.ports.downloads import Downloads
from atr.ports.mail import MailTransport
from atr.ports.mail_archive import MailArchive, NoArchive
from atr.ports.platforms import NoRegistries, Registries
from atr.ports.published import Published
from atr.services.door import Door


class TryLater(DomainError):
    """Raised when an errand cannot be done yet; the worker comes back to it with growing pauses."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What errands work with: the door for every change, and the ports for every effect."""

    door: Door
    blobs: Blobs
    published: Published
    examiner: Examiner
    transport: MailTransport
    downloads: Downloads
    archive: MailArchive = field(default_factory=NoArchive)
    registries: Registries = field(default_factory=NoRegistries)
    automation: Automation = field(default_factory=NoAutomation)


class Errand(ABC):
    """One job: named by an argument that fits in a line, done with tools."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def parse(cls, argument: str) -> Self:
        """Read the job's argument; raise Invalid when it is not of the right form."""

    @abstractmethod
    def run(self, tools: Tools) -> None:
        """Do it, asking first whether it is done already; raise TryLater to be called again."""
