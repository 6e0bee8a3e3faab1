"""The file through which users find the running server, and the question whether it answers."""

from __future__ import annotations

import http.client
import json
import os
import uuid
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

LOOPBACK = "127.0.0.1"


class ServerInfo(BaseModel):
    """What ``server.json`` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pid: int = Field(gt=0)
    port: int = Field(gt=0, lt=65536)
    url: str
    started_at: AwareDatetime

    @classmethod
    def of_this_process(cls, port: int) -> ServerInfo:
        now = datetime.now().astimezone()
        return cls(pid=os.getpid(), port=port, url=f"http://{LOOPBACK}:{port}", started_at=now)


def write_server_file(path: Path, info: ServerInfo) -> None:
    """Write the whole file or nothing, readable by its owner alone."""
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(info.model_dump_json() + "\n")
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def read_server_file(path: Path) -> ServerInfo | None:
    """What the file says, or None when there is none or it is not a server file."""
    try:
        return ServerInfo.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


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
