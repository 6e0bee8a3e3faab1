"""The file through which users find the running server, and the question whether it answers."""

from __future__ import annotations

import http.client
import json
import os
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What ``server.json`` holds; no pydantic, which takes longer to import than all that the keeper does."""

    pid: int
    port: int
    url: str
    started_at: str  # ISO 8601, for a person

    @classmethod
    def of_this_process(cls, port: int) -> ServerInfo:
        now = datetime.now().astimezone().isoformat()
        return cls(pid=os.getpid(), port=port, url=f"http://{LOOPBACK}:{port}", started_at=now)


def write_server_file(path: Path, info: ServerInfo) -> None:
    """Write the whole file or nothing, readable by its owner alone."""
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(info)) + "\n")
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def read_server_file(path: Path) -> ServerInfo | None:
    """What the file says, or None when there is none or it is not a server file."""
    try:
        said = json.loads(path.read_bytes())
        pid, port = int(said["pid"]), int(said["port"])
        info = ServerInfo(pid, port, str(said["url"]), str(said["started_at"]))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    return info if pid > 0 and 0 < port < 65536 else None


def answers_heartbeat(port: int, timeout: float = 2.0) -> bool:
    """Whether a Chroma server answers on this port of the loopback; no proxy is ever asked."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
    try:
        connection.request("GET", "/api/v2/heartbeat")
        response = connection.getresponse()
        body = response.read(4096)
        return response.status == 200 and "nanosecond heartbeat" in json.loads(body)
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
