# SPDX-License-Identifier: Apache-2.0
"""The listener for mail on the loopback, and a real mail server of Debian's that delivers to it."""

import asyncio
import os
import pwd
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory

from atr.ingress.mail_listener import Reception, make_protocol
from atr.services.door import Door

LOOPBACK = (ip_network("127.0.0.0/8"),)
USUAL = Reception((), LOOPBACK, 1024 * 1024, "atr.example.org")


@contextmanager
def run_listener(door: Door, reception: Reception = USUAL) -> Iterator[int]:
    """Take mail in, in a thread; give the port."""
    loop = asyncio.new_event_loop()
    ready, port = threading.Event(), [0]
    stop = asyncio.Event()

    async def serve() -> None:
        server = await loop.create_server(lambda: make_protocol(door, reception), "127.0.0.1", 0)
        port[0] = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await stop.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


_CONFIG = """
primary_hostname = mx.example.org
message_size_limit = 10M
spool_directory = {spool}
log_file_path = {spool}/log_%slog
pid_file_path =
exim_user = {user}
exim_group = {group}
never_users =
tls_advertise_hosts =
qualify_domain = example.org
trusted_users = {user}
keep_environment =
{privilege}
begin acl
begin routers
everything:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = atr
begin transports
atr:
  driver = smtp
  protocol = lmtp
  port = {port}
  hosts_override
  allow_localhost
  hosts_max_try = 1
begin retry
* * F,2h,1m
"""


def _find_user() -> pwd.struct_passwd:
    """Return as whom exim delivers, which is never root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


@contextmanager
def run_exim(port: int) -> Iterator["Exim"]:
    """Give an exim that delivers to a port; its folder can be reached by those who are not root."""
    with TemporaryDirectory(prefix="atr-exim-") as folder:
        exim = Exim(Path(folder), port)
        exim.prepare()
        yield exim


@dataclass(slots=True)
class Exim:
    """A private exim: its own configuration, queue and log in a folder of the test, and no daemon."""

    folder: Path
    port: int
    program: str = field(default_factory=lambda: shutil.which("exim4") or "/usr/sbin/exim4")

    def prepare(self) -> None:
        """Write the configuration."""
        spool, user = self.folder / "spool", _find_user()
        spool.mkdir()
        self.folder.chmod(0o755)
        if os.getuid() == 0:
            os.chown(spool, user.pw_uid, user.pw_gid)
        self.rewrite()

    def rewrite(self) -> None:
        """Write the configuration again, for another port."""
        user = _find_user()
        text = _CONFIG.format(
            spool=self.folder / "spool",
            user=user.pw_name,
            group=user.pw_gid,
            port=self.port,
            privilege="" if os.getuid() == 0 else "deliver_drop_privilege = true",
        )
        (self.folder / "exim.conf").write_text(text)

    def deliver(self, raw: bytes, sender: str, receiver: str) -> None:
        """Hand a mail over as a user does, and wait until it is delivered or waits in the queue."""
        config = str(self.folder / "exim.conf")
        command = [self.program, "-C", config, "-odf", "-oi", "-f", sender, receiver]
        subprocess.run(
            command, input=raw.replace(b"\r\n", b"\n"), check=True, timeout=60, capture_output=True
        )

    def retry(self) -> None:
        """Try what waits in the queue again."""
        config = str(self.folder / "exim.conf")
        subprocess.run([self.program, "-C", config, "-qff"], check=True, timeout=60, capture_output=True)

    @property
    def waiting(self) -> int:
        """Return how many mails wait."""
        return len(list((self.folder / "spool" / "input").glob("**/*-H")))

    @property
    def log(self) -> str:
        """Return what exim wrote down."""
        return (self.folder / "spool" / "log_mainlog").read_text()
