"""What commands import is kept compiled, also where the environment says that no import keeps anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.bytecode import LIBRARIES
from tests.conftest import REPOSITORY

OF_EVERY_COMMAND = ("pydantic", "sqlalchemy")  # the largest; all libraries would take a minute
KEEP = "import sys; from app import bytecode; sys.dont_write_bytecode = False; bytecode.keep_compiled(sys.argv[1:])"
UNCOMPILED = """
import os, sys
import app.main
sys.argv = ["polydesk", "documents", "list"]
try:
    app.main.main()
finally:
    files = {name: getattr(module, "__cached__", None) for name, module in sys.modules.items()}
    print(*sorted(name for name, file in files.items() if file and not os.path.exists(file)))
"""


def test_imports_leave_compiled_modules_though_the_environment_forbids_it(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled"),
        "POLYDESK_HOME": str(tmp_path / "home"),
    }

    def uncompiled() -> set[str]:
        command = [sys.executable, "-c", UNCOMPILED]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        packages = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
        return packages & set(OF_EVERY_COMMAND)

    assert uncompiled() == set(OF_EVERY_COMMAND)
    kept = [name for name in LIBRARIES if name.partition(".")[0].startswith(OF_EVERY_COMMAND)]
    subprocess.run([sys.executable, "-c", KEEP, *kept, "no.such.module"], env=environment, check=True)
    assert uncompiled() == set()
