"""What is promised in the company's name, apart from what is denied, asked or merely named."""

from __future__ import annotations

import pytest

from guardrails.commitments.promises import Promises


@pytest.fixture(scope="module")
def promises() -> Promises:
    return Promises()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("We will refund you 50 EUR.", "refund"),
        ("Wir erstatten Ihnen 50 € bis zum 3. Mai.", "refund"),  # a month, not the Italian word for never
        ("Nous vous remboursons en mai 2027.", "refund"),
        ("5,000円を返金いたします。", "refund"),
        ("Unser Kollege ruft Sie morgen zurück.", "callback"),
    ],
)
def test_a_promise_is_told_by_its_kind(promises: Promises, sentence: str, kind: str) -> None:
    assert kind in promises.made(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "We cannot refund that.",
        "Non le rimborseremo mai.",
        "Mai le rimborseremo la spedizione.",
        "The refund form is blue.",
    ],
)
def test_what_is_denied_or_merely_named_is_no_promise(promises: Promises, sentence: str) -> None:
    assert "refund" not in promises.made(sentence)
