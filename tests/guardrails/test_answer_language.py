"""The answer is in the question's language, and names, codes and quotations do not count against it."""

from __future__ import annotations

import pytest

from guardrails.answer_language import AnswerLanguageGuard
from guardrails.policy import load_policy
from ingest.languages.identify import identify
from tests.guardrails.drafts import drafted


def identified(text: str) -> tuple[str, float]:
    found = identify(text)
    return found.language, found.confidence


@pytest.fixture(scope="module")
def guard() -> AnswerLanguageGuard:
    return AnswerLanguageGuard(load_policy().answer_language, identified)


RIGHT = [
    ("de", "Sie können den Artikel innerhalb von 45 Tagen zurückgeben."),
    ("de", "Der Newsletter-Service von Merova Home & Kitchen ist kostenlos."),
    ("de", "Auf dem Display steht „Please wait for the update to finish“."),
    ("de", "OK."),
    ("en", "Merova Reisekoffer GmbH, Königsallee 12, Düsseldorf."),
    ("en", "Choose “Rückgabe anmelden und Etikett drucken” in the menu."),
    ("ja", "Lumo R2のWi-Fi設定はMerova Home appで変更できます。"),
    ("ja", "保証期間は2年です。"),
    ("zh", "Bruna B1 咖啡机的保修期为两年。"),
    ("ar", "يمكنك إعادة جهاز Lumo R2 خلال 45 يوما."),
    ("hi", "Lumo R2 की वारंटी दो साल की है।"),
    ("th", "รับประกัน Lumo R2 สองปี"),
    ("ru", "Гарантия на Bruna B1 составляет два года."),
    ("pt", "O prazo de devolução é de 45 dias."),
    ("es", "El plazo de devolución es de 45 días."),
    ("no", "Du kan returnere varen innen 45 dager."),
]
WRONG = [
    ("de", "You can return the article within 45 days of delivery."),
    ("en", "Sie können den Artikel innerhalb von 45 Tagen zurückgeben."),
    ("en", "保証期間は二年間で、電池は含まれません。"),
    ("ja", "本血压计自购买之日起保修3年，袖带保修1年。"),
    ("zh", "開封した試験紙は6か月使えますので、保管してください。"),
    ("ar", "You can return the device within the first two weeks."),
    ("th", "You can return the device within the first two weeks."),
    ("fr", "El plazo de devolución es de cuarenta y cinco días naturales."),
    ("pl", "Собаки приветствуются за 40 злотых в сутки."),
    ("zh", "年卡 can be paused 每年两次, and each time for up to 30 days."),
]


@pytest.mark.parametrize(("language", "text"), RIGHT)
def test_the_right_language_passes(guard: AnswerLanguageGuard, language: str, text: str) -> None:
    assert guard.check(drafted(text, language=language)) == []


@pytest.mark.parametrize(("language", "text"), WRONG)
def test_another_language_is_found(guard: AnswerLanguageGuard, language: str, text: str) -> None:
    (verdict,) = guard.check(drafted(text, language=language))
    assert (verdict.code, verdict.passed) == ("wrong-language", False)
    assert f"“{language}”" in verdict.reason


def test_near_relations_are_told_apart_only_when_it_is_sure() -> None:
    policy = load_policy().answer_language
    text = "O prazo para devolver um artigo conta da entrega."
    for confidence, found in ((0.95, 0), (0.99, 1)):
        guard = AnswerLanguageGuard(policy, lambda _, confidence=confidence: ("es", confidence))  # type: ignore[misc]
        assert len(guard.check(drafted(text, language="pt"))) == found
    sure = AnswerLanguageGuard(policy, lambda _: ("de", 0.95))
    assert len(sure.check(drafted(text, language="pt"))) == 1


def test_a_guard_that_is_off_finds_nothing() -> None:
    off = AnswerLanguageGuard(load_policy().answer_language.model_copy(update={"enabled": False}), identified)
    assert off.check(drafted(WRONG[0][1], language="de")) == []
