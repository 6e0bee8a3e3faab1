"""Models with known flaws, and what they are asked: a good one, one that is slow and writes Swedish, one that invents.

``python -m tests.eval.compare.flawed HOME`` compares the two flawed ones with a real small model, SmolLM2-135M, on the
sample in HOME. Exit status 1 where a flaw that was planted is not named.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.ollama.backend import Delta, Finished, GenerationRequest
from tests.support.ollama.smol import MODEL as REAL
from tests.support.ollama.smol import SmolBackend

_SAMPLE_GOLDEN = REPOSITORY / "ingest" / "sample" / "golden"
GOOD, FOREIGN_AND_SLOW, INVENTING = "mistral-small:24b", "mistral:7b", "llama3.1:8b"
# What a good model writes, from a passage in another language; the passage is the one with the question's quote.
ANSWERS = {
    "W-010": "Goods without a Merova order number are kept for 60 days in pallet cage F",
    "W-018": "The call-out charge is 29.00 €, and it is free for Oak members",
    "W-030": "New pieces come on to the shelves on Friday at 11 o'clock",
    "W-045": "There is a loan machine for the Bruna B1 and the Lumo R2 where the repair takes over ten working days",
    "W-062": "We do not ask for a copy of the identity card any more",
    "O-003": "Merova accepts the return for 21 days with the till receipt and the price label",
    "O-018": "Sova mattresses are stored lying flat only, at most 6 in a stack",
    "O-027": "We never ask for a scan or a photo of the identity card",
}
# What no document answers, though the search finds something near enough for a model to be asked.
UNANSWERABLE = ("W-074", "W-075", "W-080", "W-082", "O-071", "O-072", "O-082", "O-083", "O-085")


def questions() -> dict[str, dict[str, object]]:
    files = sorted(_SAMPLE_GOLDEN.glob("*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {each["id"]: each for each in lines}


def golden_folder(folder: Path) -> Path:
    """A golden set of those questions alone, with the rules of the sample's."""
    folder.mkdir(parents=True)
    known = questions()
    lines = [json.dumps(known[id], ensure_ascii=False) for id in (*ANSWERS, *UNANSWERABLE)]
    (folder / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shutil.copy(_SAMPLE_GOLDEN / "suite.yaml", folder)
    return folder


def flawed(request: GenerationRequest) -> str:
    """What the model of the request's tag writes."""
    tag = str(request.body["model"])
    if tag == INVENTING:
        return "The fee is 4,711.37 dollars, and it has to be paid within 93 days [1]."
    if tag == FOREIGN_AND_SLOW:
        time.sleep(1.5)
    known = questions()
    asked = next((each for each in ANSWERS if str(known[each]["question"]) in request.user_text), None)
    before, found, _ = request.user_text.partition(str(known[asked]["quote"]) if asked else "no quote")
    if asked is None or not found:
        return "NO_ANSWER"
    if tag == FOREIGN_AND_SLOW:
        return "Hyllan ska monteras av två personer, och skruvarna ligger i den lilla påsen bredvid [1]."
    number = re.findall(r"^\[(\d+)\] ", before, re.MULTILINE)[-1]
    return f"{ANSWERS[asked]} [{number}]."


PLANTED = {FOREIGN_AND_SLOW: {"wrong-language", "slow"}, INVENTING: {"invented-figures", "never-abstains"}}


class RealAndFlawed(ScriptedBackend):
    """The scripted models, and beside them a real one that writes what it likes."""

    def __init__(self, real: SmolBackend) -> None:
        super().__init__(default=flawed)
        self._real = real

    def generate(self, request: GenerationRequest) -> Generator[Delta | Finished, None, None]:
        return self._real.generate(request) if request.body["model"] == REAL else super().generate(request)

    def close(self) -> None:
        self._real.close()


def main() -> int:
    # What a model of 135 million parameters reads and writes in seconds on a processor.
    limits = {"POLYDESK_HOME": sys.argv[1], "POLYDESK_NUM_CTX": "1024", "POLYDESK_NUM_PREDICT": "72"}
    backend = RealAndFlawed(SmolBackend())
    with tempfile.TemporaryDirectory() as folder, OllamaServer(backend, (REAL, *PLANTED)) as server:
        golden = golden_folder(Path(folder) / "golden")
        command = ["models", "compare", REAL, *PLANTED, "--golden", str(golden), "--json", *sys.argv[2:]]
        done = subprocess.run(
            [sys.executable, "-m", "app.main", *command],
            env={**os.environ, **limits, "POLYDESK_OLLAMA_URL": server.url},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    backend.close()
    if done.returncode not in (0, 1):
        return done.returncode
    missed = 0
    for model in json.loads(done.stdout)["models"]:
        named = {flaw["code"]: flaw["said"] for flaw in model["flaws"]}
        not_named = PLANTED.get(model["model"].removeprefix("ollama:"), set()) - set(named)
        missed += len(not_named)
        print(f"{model['model']}: {'; '.join(named.values()) or 'no flaw'}")
        print(*(f"  planted and not named: {code}" for code in sorted(not_named)), sep="\n", end="")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
