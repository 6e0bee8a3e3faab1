"""``python -m tests.eval.load.killing --agents 25 --minutes 30``: the page under load while its parts are killed.

PostgreSQL, a Chroma server, a stand-in for Ollama and the page itself, each a process of its own on loopback. One after
the other is killed with SIGKILL and started again, in turn until the time is over. At the end every question has been
accounted for, and a new one is answered by the model. Exit status 1 where one was lost without a word, a page showed
an exception, or something did not recover.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from app.phases import Phases
from app.settings import Settings, load_settings
from app.ui.server import serve
from eval.bench_home import environment_of
from eval.load.bench import UNLIMITED, LoadBench, ingest_sample, load_page, print_bench_load
from eval.page_session import PageSession
from eval.ports import free_port
from tests.eval.load.reciting import MODEL
from tests.support.postgres import postgres_server

_GONE_S = 8.0  # a part is away for so long
_BACK_S = 25.0  # and has so long until the next one is killed
_START_S = 90.0


@dataclass(slots=True)
class Remote:
    """A process that can be killed and started again the way it was started.

    :param reached: its address, which answers once it is up.
    """

    name: str
    start: Callable[[], psutil.Process]
    up: Callable[[], bool]
    process: psutil.Process

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)

    def restart(self) -> None:
        """Start it again; returns when it answers."""
        self.process = self.start()
        wait_until(self.up, self.name)


def wait_until(up: Callable[[], bool], name: str) -> None:
    end = time.monotonic() + _START_S
    while not up():
        if time.monotonic() > end:
            raise RuntimeError(f"{name} did not come up within {_START_S:g} s")
        time.sleep(0.2)


def answers(url: str) -> Callable[[], bool]:
    """Whether something answers at this address, with whatever status."""

    def up() -> bool:
        try:
            httpx.get(url, timeout=2, trust_env=False)
        except httpx.HTTPError:
            return False
        return True

    return up


def remote(name: str, start: Callable[[], psutil.Process], up: Callable[[], bool]) -> Remote:
    """Start it, and wait until it is up."""
    started = Remote(name, start, up, start())
    wait_until(up, name)
    return started


def _spawn(command: list[str], environment: Mapping[str, str] | None = None) -> psutil.Process:
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)
    return psutil.Process(started.pid)


@contextmanager
def the_parts(folder: Path) -> Iterator[tuple[list[Remote], Settings, int]]:
    """All of them, started; the settings of the page, and its port."""
    with postgres_server() as database, ExitStack() as ending:
        chroma, ollama, page = free_port(), free_port(), free_port()
        home = folder / "home"
        home.mkdir()
        (home / "models").symlink_to(load_settings().home / "models")
        urls = {"POLYDESK_DATABASE_URL": database, "POLYDESK_CHROMA_URL": f"http://127.0.0.1:{chroma}"}
        own = {"POLYDESK_OLLAMA_URL": f"http://127.0.0.1:{ollama}", "POLYDESK_MODEL": f"ollama:{MODEL}"}
        environment = {**environment_of(home), **UNLIMITED, **urls, **own}
        chroma_cli = str(Path(sys.executable).with_name("chroma"))
        serve_chroma = [chroma_cli, "run", "--path", str(folder / "chroma"), "--host", "127.0.0.1", "--port"]
        serve_ollama = [sys.executable, "-m", "tests.eval.load.reciting", "--port", str(ollama)]

        def serve_page() -> psutil.Process:
            quiet = subprocess.DEVNULL
            return psutil.Process(serve(environment, page, output=quiet).pid)

        own_parts = [
            remote("chroma", lambda: _spawn([*serve_chroma, str(chroma)]), answers(urls["POLYDESK_CHROMA_URL"])),
            remote("ollama", lambda: _spawn(serve_ollama, environment), answers(own["POLYDESK_OLLAMA_URL"])),
        ]
        ending.callback(_end, own_parts)
        ingest_sample(environment)
        own_parts.append(remote("page", serve_page, answers(f"http://127.0.0.1:{page}/_stcore/health")))
        settings = load_settings().model_copy(
            update={"home": home, "database_url": database, "chroma_url": urls["POLYDESK_CHROMA_URL"]}
        )
        yield [*own_parts, _postgres(database)], settings, page


def _end(parts: list[Remote]) -> None:
    for part in parts:
        if part.process.is_running():
            part.process.kill()


def _postgres(url: str) -> Remote:
    """The server that is running already, as it was started."""
    port = url.rsplit(":", 1)[1].partition("/")[0]
    running = next(
        each
        for each in psutil.process_iter(["cmdline"])
        if (each.info["cmdline"] or [""])[0].endswith("postgres") and port in each.info["cmdline"]
    )
    command, user, folder = running.cmdline(), running.username(), Path(running.cwd())

    def start() -> psutil.Process:
        (folder / "postmaster.pid").unlink(missing_ok=True)  # as its service would after a power cut
        control = [str(Path(command[0]).with_name("pg_ctl")), "-D", str(folder), "-l", str(folder.parent / "log")]
        subprocess.run([*control, "-o", shlex.join(command[3:]), "-W", "start"], user=user, cwd=folder, check=True)
        wait_until((folder / "postmaster.pid").exists, "postgresql")
        return psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))

    def up() -> bool:
        ready = Path(command[0]).with_name("pg_isready")
        return subprocess.run([ready, "-h", "127.0.0.1", "-p", port], capture_output=True).returncode == 0

    return Remote("postgresql", start, up, running)


def kill_in_turn(parts: list[Remote], until: float) -> list[str]:
    """Kill one after the other, at least once each, and go on until ``until``; their names in order."""
    killed: list[str] = []
    while len(killed) < len(parts) or time.monotonic() < until:
        part = parts[len(killed) % len(parts)]
        time.sleep(_BACK_S)
        part.kill()
        time.sleep(_GONE_S)
        part.restart()
        killed.append(part.name)
        print(f"{part.name} was killed, and is back", file=sys.stderr)
    time.sleep(_BACK_S)
    return killed


def main() -> int:
    """Run it; 1 where something was lost or did not recover."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.load.killing", description=__doc__)
    parser.add_argument("--agents", type=int, default=25)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--reading", type=float, nargs=2, default=(20.0, 60.0), metavar=("LEAST", "MOST"))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="polydesk-killing-") as folder:
        figures, killed = run(Path(folder), chosen.agents, chosen.minutes, tuple(chosen.reading))
        print_bench_load(figures, as_json=False)
        times = ", ".join(f"{name} {count} times" for name, count in Counter(killed).items())
        print(f"  killed, and started again: {times}")
    return 1 if figures.account.lost or figures.exceptions or figures.problems else 0


def run(folder: Path, agents: int, minutes: float, reading_s: tuple[float, float]) -> tuple[LoadBench, list[str]]:
    """The load with everything killed in turn; afterwards one more question, which the model must answer."""
    with the_parts(folder) as (parts, settings, port):
        served = next(part for part in parts if part.name == "page")
        with closing(PageSession(port)) as page:
            page.open("")
        killed: list[str] = []
        until = time.monotonic() + minutes * 60 - _GONE_S - 2 * _BACK_S
        figures = load_page(
            port,
            lambda: served.process,
            settings,
            agents,
            minutes,
            reading_s,
            f"ollama:{MODEL}",
            Phases(None),
            meanwhile=lambda: killed.extend(kill_in_turn(parts, until)),
        )
        with closing(PageSession(port)) as page:
            page.open("")
            asked = page.ask("How long can I return an item in the European Union?")
            if asked.first is None or page.alerts:
                raise RuntimeError(f"after everything came back a question was not answered: {page.alerts}")
        return figures, killed


if __name__ == "__main__":
    sys.exit(main())
