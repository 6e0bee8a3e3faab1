"""Repeat one run of all suites with nothing changed, and hold each against the first: no gate may fall.

``python -m tests.eval.gates.repeating HOME [TIMES] [eval all's options …]``, 20 times unless said otherwise, on the
sample in HOME. Exit status 1 where a repetition failed the gate. With ``--size`` below twelve some measures have no
items, and their gates fail for want of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

_TIMES = 20
_FIRST = "unchanged-0"


def polydesk(home: str, *arguments: str) -> dict[str, Any]:
    """What a command says with ``--json``.

    :raises RuntimeError: it could not be run.
    """
    done = subprocess.run(
        [sys.executable, "-m", "app.main", *arguments, "--json"],
        env={**os.environ, "POLYDESK_HOME": home},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"polydesk {' '.join(arguments)} ended with status {done.returncode}")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def main() -> int:
    home, times, options = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else _TIMES, sys.argv[3:]
    polydesk(home, "eval", "all", "--name", _FIRST, *options)
    failed = 0
    for at in range(1, times + 1):
        name = f"unchanged-{at}"
        polydesk(home, "eval", "all", "--name", name, *options)
        verdict = polydesk(home, "eval", "gate", name, "--baseline", _FIRST)
        wrong = [each for each in verdict["findings"] if each["status"] in ("fell", "missing")]
        fell = [f"{each['suite']} {each['measure']} {each['status']}" for each in wrong]
        failed += not verdict["passes"]
        print(
            f"{at}: {'passes' if verdict['passes'] else 'FAILS'}{''.join(f', {each}' for each in fell)}",
            flush=True,
        )
    print(f"{failed} of {times} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
