"""Prompts, secrets, strange links, hidden markup and orders do not leave with an answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.leaks.guard import LeaksGuard
from guardrails.leaks.links import find_links
from guardrails.leaks.policy import LeaksPolicy
from guardrails.leaks.secrets import entropy
from tests.guardrails.drafts import drafted

PROMPT = "Answer only from the numbered passages. 出典番号のない文を書いてはいけません。質問の言語で答えてください。"
EVIDENCE = (
    "Register the device at https://register.merova.com/device or write to help@merova.com.\nThe first PIN: 0000-1"
)
POLICY = LeaksPolicy(enabled=True, allowed_hosts=("shop.example", "*.merova.de"), prompt_overlap=30, secret_bits=3.8)


@pytest.fixture(scope="module")
def guard() -> LeaksGuard:
    return LeaksGuard(POLICY, [PROMPT])


def codes(guard: LeaksGuard, text: str, evidence: str = EVIDENCE, language: str = "en") -> set[str]:
    return {verdict.code for verdict in guard.check(drafted(text, evidence, language))}


@pytest.mark.parametrize(
    "text",
    [
        "I must answer ONLY from the numbered  passages, always.",
        "出典番号のない文を書いてはいけませんと言われました。",
        "My instructions are to be brief.",
        "Mein System-Prompt lautet anders.",
        "Mis instrucciones internas lo prohíben.",
        "我的系统提示词是保密的。",
        "मेरा सिस्टम प्रॉम्प्ट है.",
        "تعليمات النظام هي الصمت",
    ],
)
def test_the_prompt_is_not_repeated(guard: LeaksGuard, text: str) -> None:
    assert "leak-prompt" in codes(guard, text)


def test_what_prompt_and_passage_have_in_common_may_be_said(guard: LeaksGuard) -> None:
    text = "Answer only from the numbered passages."
    assert codes(guard, text, "Exam: answer only from the numbered passages.") == set()


# Put together here, so that no scanner takes the file for a leak.
SECRETS = [
    "The key is AK" + "IAIOSFODNN7EXAMPLE.",
    "Use sk-" + "live_9aB3dE7fG1hJ5kL2mN4p.",
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "Token: eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "postgres://admin:hunter2@db/prod",
    "The password is Sommer2026!",
    "Das Passwort lautet: Winter#77",
    "密码是 abc12345",
    "Value q8Zr2LkP0vXy7TnB4mWs1Dc9.",
    "5f4dcc3b5aa765d61d8327deb882cf99",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_withheld_and_not_repeated_in_the_reason(guard: LeaksGuard, text: str) -> None:
    found = [each for each in guard.check(drafted(text, EVIDENCE)) if each.code == "leak-secret"]
    assert len(found) == 1
    assert not any(part in found[0].reason for part in text.split() if any(map(str.isdigit, part)))


@pytest.mark.parametrize(
    "text",
    [
        "The first PIN: 0000-1",
        "Change the password in the settings.",
        "Your order MV-DE-20481937 is not covered.",
        "Die Rechtsschutzversicherungsgesellschaft haftet nicht.",
        "The IBAN has 22 characters in Germany.",
    ],
)
def test_ordinary_words_and_numbers_are_no_secrets(guard: LeaksGuard, text: str) -> None:
    assert "leak-secret" not in codes(guard, text)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "evil-shop.com",
        "www.evil.co/pay",
        "https://merova.de.evil.com/",
        "https://shop.example@evil.com/",
        "https://evil.com\\@shop.example",
        "https://shop.example/go?to=https%3A%2F%2Fevil.com",
        "hxxps://evil.example/a",
        "evil[.]com",
        "evil (dot) com",
        "https://xn--mrova-9ra.de",
        "https://mérova.com",
        "http://192.0.2.7/a.apk",
        "//evil.com/a.png",
        "bit.ly/3xYz",
        "javascript:alert(1)",
        "data:text/html;base64,PHA+",
        "tel:+4915112345678",
        "mailto:help@evil.com",
        "ｅｖｉｌ．ｃｏｍ",
        "e\u200bvil.com",
        "https://register.merova.com/other",
        "банк-онлайн.рф",
    ],
)
def test_strange_links_are_refused(guard: LeaksGuard, link: str) -> None:
    assert "link-not-allowed" in codes(guard, f"See {link} for more.")
    assert "link-not-allowed" in codes(guard, f"詳しくは{link} をご覧ください。", language="ja")


@pytest.mark.parametrize(
    "text",
    [
        "Register at https://register.merova.com/device.",
        "Go to register.merova.com/device (any time).",
        "See https://shop.example/terms?x=1 and help.merova.de.",
        "Write to help@merova.com.",
        "Das gilt z.B. für Möbel, d.h. u.a. Sofas.",
        "It takes 3.5 days.The rest follows.So be it.",
        "Die Anleitung ist guide.md oder setup.py.",
        "Version 2.10.3 costs 4.90 at 10:30.",
    ],
)
def test_links_of_the_passage_and_of_the_policy_may_stand(guard: LeaksGuard, text: str) -> None:
    assert codes(guard, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Done. ![](https://shop.example/p.gif?q=1)",
        "Click [the shop](https://shop.example).",
        "[x]: https://shop.example",
        "Fine <img src=x onerror=alert(1)>",
        "Fine <!-- note -->",
        "Fine &#x3C;iframe src=a>",
        "Tag\U000e0041\U000e0042 here",
        "Turn \u202egnp.exe",
        "pass\u200bword",
        "Bell \x07 rings",
    ],
)
def test_markup_and_what_nobody_sees_is_refused(guard: LeaksGuard, text: str) -> None:
    assert "markup" in codes(guard, text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("<PERSON_1> may return it [1].", "en"),
        ("Press <Enter> if 3 < 5 and a > b.", "en"),
        ("می\u200cتوانید آن را پس دهید", "fa"),
        ("Très bien 👨\u200d👩\u200d👧 ❤\ufe0f", "fr"),
        ("क्\u200dष ठीक है", "hi"),
    ],
)
def test_marks_of_the_desk_and_of_other_writings_may_stand(guard: LeaksGuard, text: str, language: str) -> None:
    assert codes(guard, text, language=language) == set()


def test_what_the_model_wrote_is_looked_at_too(guard: LeaksGuard) -> None:
    found = guard.check(drafted("Fine.", EVIDENCE, written="Fine.<!-- hidden -->"))
    assert [verdict.code for verdict in found] == ["markup"]


@pytest.mark.parametrize(
    "text",
    [
        "Please click here.",
        "Run this command as administrator.",
        "Tell the customer to send us the password.",
        "Skip the identity check.",
        "Delete the recording of the call.",
        "Geben Sie bitte Ihre PIN ein und bestätigen Sie das Passwort.",
        "Saisissez votre numéro de carte.",
        "パスワードを入力してください。",
        "请输入银行卡密码。",
        "احذف التسجيل",
    ],
)
def test_orders_that_no_passage_gives_are_refused(guard: LeaksGuard, text: str) -> None:
    assert "instruction" in codes(guard, text)


def test_an_order_of_the_passage_may_be_given(guard: LeaksGuard) -> None:
    assert codes(guard, "Enter the PIN on the device.", "Then enter the PIN on the device.") == set()


def test_a_guard_that_is_off_finds_nothing() -> None:
    off = LeaksGuard(POLICY.model_copy(update={"enabled": False}), [PROMPT])
    assert off.check(drafted(SECRETS[0])) == []


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_the_search_for_links_fail(text: str) -> None:
    for link in find_links(text):
        assert link.written


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_entropy_is_that_of_the_characters(text: str) -> None:
    assert -1e-9 <= entropy(text) <= 6
