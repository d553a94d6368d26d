# SPDX-License-Identifier: Apache-2.0
"""The worker process."""

import asyncio

from sqlalchemy import URL

from atr.bootstrap.checks import build_examiner, build_rat
from atr.bootstrap.mail import build_archive, build_transport
from atr.bootstrap.platform import Platform, open_platform
from atr.bootstrap.service_key import ServiceSigner
from atr.bootstrap.store import sweep_store
from atr.checks.contract import ScanArchive
from atr.checks.sandbox import open_scanner
from atr.config import Settings
from atr.db.engine import write_conninfo
from atr.jobs.runner import WorkerPace, build_app, run_worker, serve_until_signal
from atr.jobs.upkeep import Upkeep
from atr.platforms import REGISTRIES, PublicRegistries
from atr.platforms.automation import HttpAutomation
from atr.platforms.public_downloads import PublicDownloads
from atr.services.deadlines import ScheduleUpkeep
from atr.services.errand import Tools
from atr.services.evaluations import RenewEvaluations

_LONGEST_UPKEEP_PAUSE_SECONDS = 10


def build_tools(platform: Platform, scan: ScanArchive) -> Tools:
    """Return what errands work with; `scan` carries out the passes through archives."""
    settings = platform.settings
    return Tools(
        door=platform.door,
        blobs=platform.storage.blobs,
        published=platform.storage.published,
        examiner=build_examiner(
            platform.door,
            platform.storage.blobs,
            platform.keyring,
            scan,
            settings.source_repositories,
            build_rat(settings),
        ),
        transport=build_transport(settings),
        downloads=PublicDownloads(settings.address),
        archive=build_archive(settings),
        registries=PublicRegistries(REGISTRIES),
        automation=HttpAutomation(ServiceSigner(settings), settings.address),
    )


def run_worker_process(settings: Settings, url: URL) -> None:
    """Carry out jobs until SIGTERM or SIGINT."""
    with open_platform(settings, url) as platform, open_scanner(at_once=False) as scan:
        stalled_after = settings.worker_stalled.total_seconds()
        pace = WorkerPace(
            concurrency=settings.worker_concurrency,
            heartbeat=settings.worker_heartbeat.total_seconds(),
            stalled_after=stalled_after,
            upkeep_every=max(1, min(_LONGEST_UPKEEP_PAUSE_SECONDS, int(stalled_after / 2))),
        )
        platform.door.keep(ScheduleUpkeep())
        platform.door.keep(RenewEvaluations())
        upkeep = Upkeep(
            platform.door, lambda: sweep_store(platform.storage, platform.engine, settings.orphans_kept)
        )
        app = build_app(write_conninfo(url), build_tools(platform, scan), upkeep, pace)

        async def start(stop: asyncio.Event) -> None:
            await run_worker(app, pace, stop=stop)

        serve_until_signal(start)
