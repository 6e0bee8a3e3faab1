"""Start the chat page's server, and wait until it answers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from app.address import LOOPBACK
from app.errors import AppError
from app.ui.style import theme_flags
from ingest.python_path import python_path

_HERE = Path(__file__).parent
CHAT = _HERE / "chat.py"
PAGE = _HERE / "asgi.py"  # the chat and the routes beside it

# Each run of a page is a thread; with glibc's eight parts of the heap for each processor, memory freed by one is seldom
# used by another.
_ARENAS = "2"
_FLAGS = (
    "--server.headless=true",
    "--server.fileWatcherType=none",
    "--server.runOnSave=false",
    # Megabytes: of a file, which no page takes and which is refused anyway; of what a browser may send at once, where a
    # draft of 20,000 characters is the most; of one message either way, which holds before anybody has signed in.
    "--server.maxUploadSize=1",
    "--server.maxWidgetStateSize=2",
    "--server.maxMessageSize=32",
    "--browser.gatherUsageStats=false",
    "--client.toolbarMode=minimal",
    "--client.showErrorDetails=none",
    "--client.showErrorLinks=false",
    # Python collects its garbage when there is some; Streamlit would look through the whole heap, models and all,
    # after each run of a script, which an answer that is being written starts three times a second.
    "--runner.postScriptGC=false",
    "--logger.level=warning",
    "--logger.hideWelcomeMessage=true",
)


def serve(
    settings_env: Mapping[str, str],
    port: int,
    host: str = "127.0.0.1",
    output: int | None = None,
    page: Path = PAGE,
    hosts: Sequence[str] = LOOPBACK,
    public_host: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start the page on ``host:port`` with ``settings_env`` added to the environment.

    :param hosts: the names that browsers may ask for.
    :param public_host: the one of them that stands in the page's address where a proxy is before it.
    :param output: where the server's output goes, as ``subprocess`` takes it; the terminal when None.
    :param page: the script that draws it.
    """
    environment = {"MALLOC_ARENA_MAX": _ARENAS, **os.environ, **settings_env, "PYTHONPATH": python_path()}
    flags = [*_FLAGS, f"--server.address={host}", f"--server.port={port}", *theme_flags()]
    # A foreign page that points its own name at this machine is turned away.
    flags += [f"--server.allowedHosts={name}" for name in hosts]
    if public_host is not None:
        flags.append(f"--browser.serverAddress={public_host}")
    # -P: a folder named app in the working directory must not be taken for ours.
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(page), *flags]
    return subprocess.Popen(command, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL)


def wait_until_ready(url: str, process: subprocess.Popen[bytes] | None = None, timeout: float = 60.0) -> None:
    """Return once the page at ``url`` answers.

    :raises AppError: ``process`` ended, or ``timeout`` seconds passed.
    """
    # Loopback is never behind a proxy, whatever the environment says.
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise AppError(f"the page's server ended at its start with exit status {process.returncode}")
        try:
            with opener.open(f"{url.rstrip('/')}/_stcore/health", timeout=2) as response:
                if response.status == 200:
                    return
        except (URLError, OSError):
            pass
        time.sleep(0.1)
    raise AppError(f"the page at {url} did not answer within {timeout:g} seconds")
