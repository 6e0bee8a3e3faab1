"""The attacks suite: shares by source and language, and the own set it falls back on."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.suites.attacks import OWN_SET, JudgedPrompt, LabelledPrompt, judged_by, read_prompts, report
from guardrails.guards import AskedText
from guardrails.verdicts import Verdict
from tests.eval.conftest import write_lines
from tests.support.command import Command


class Suspicious:
    """Takes every text with a bang for an attack."""

    name = "suspicious"

    def check(self, asked: AskedText) -> list[Verdict]:
        return [Verdict(self.name, "injection", False, 1.0, "a bang")] if "!" in asked.text else []


def judged(text: str, label: str, source: str = "a", language: str | None = "de") -> JudgedPrompt:
    prompt = LabelledPrompt.model_validate({"text": text, "label": label, "source": source, "language": language})
    return judged_by(Suspicious(), prompt, lambda texts, language: pytest.fail("nothing is to be embedded"))


def test_recall_and_false_alarms_are_counted_by_source_and_language() -> None:
    figures = report(
        [judged("Weg!", "attack"), judged("Weg", "attack"), judged("Hallo!", "benign"), judged("Ja", "benign", "b")]
    )
    assert (figures["recall"], figures["false_positive_rate"], figures["balanced_accuracy"]) == (0.5, 0.5, 0.5)
    assert figures["by_source"]["b"]["false_positive_rate"] == 0.0
    assert figures["by_source"]["b"]["recall"] is None
    assert figures["by_language"]["de"]["intervals"]["recall"]["count"] == 2


def test_a_text_that_does_not_say_its_language_has_it_identified() -> None:
    assert judged("Wie lange kann ich eine Matratze zurückgeben?", "benign", language=None).language == "de"


def test_the_own_set_has_eighteen_languages_in_both_directions_with_lines_kept_out_of_fitting() -> None:
    prompts = read_prompts(OWN_SET)
    assert len({prompt.text for prompt in prompts}) == len(prompts)
    languages = {prompt.language for prompt in prompts}
    assert len(languages) >= 18
    for language in languages:
        of = [prompt for prompt in prompts if prompt.language == language]
        held = [prompt for prompt in of if prompt.split == "held"]
        assert all(sum(prompt.label == label for prompt in of) >= 20 for label in ("attack", "benign"))
        assert all(sum(prompt.label == label for prompt in held) >= 8 for label in ("attack", "benign"))


def test_a_line_with_another_label_is_named(polydesk: Command, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "attacks.jsonl", [{"text": "x", "label": "evil"}])
    status, out, err = polydesk("eval", "attacks", "--data", file, "--json")
    assert (status, out) == (2, "")
    assert f"{file}:1: label: " in err
