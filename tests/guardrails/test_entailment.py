"""What a sentence turns round of its evidence is found in every language, and a true rewording is left alone."""

from __future__ import annotations

import pytest

from guardrails.entailment import Pair, clauses, findings, load_gate_model, said, whole_findings
from guardrails.entailment.lexicon import find_cues, languages
from guardrails.entailment.model import BORNE_OUT
from guardrails.entailment.names import missing_names
from guardrails.entailment.rules import FEATURES
from guardrails.entailment.territories import find_territories


def found(claim: tuple[str, str], evidence: tuple[str, str]) -> dict[str, str]:
    """The features found with their codes."""
    near = said(*evidence)
    return {finding.feature: finding.code for finding in findings([Pair(said(*claim), [(near, 1.0)])], [near])}


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (("Opened software can be returned.", "en"), ("Opened software cannot be returned.", "en")),
        (("Geöffnete Software kann zurückgegeben werden.", "de"), ("Opened software cannot be returned.", "en")),
        (("Les logiciels ouverts sont repris.", "fr"), ("Geöffnete Software wird nicht zurückgenommen.", "de")),
        (("El software abierto se puede devolver.", "es"), ("開封済みのソフトウェアは返品できません。", "ja")),
        (("O software aberto pode ser devolvido.", "pt"), ("ซอฟต์แวร์ที่เปิดแล้วคืนไม่ได้", "th")),
        (("Il software aperto si può restituire.", "it"), ("لا يمكن إرجاع البرامج المفتوحة.", "ar")),
        (("Otwarte oprogramowanie można zwrócić.", "pl"), ("खुले सॉफ़्टवेयर को वापस नहीं किया जा सकता।", "hi")),
        (("可以退回已开封的软件。", "zh"), ("Otwartego oprogramowania nie można zwrócić.", "pl")),
    ],
)
def test_a_denial_that_is_dropped_or_added_is_found(claim: tuple[str, str], evidence: tuple[str, str]) -> None:
    assert found(claim, evidence)["negation_dropped"] == "denied"
    assert "negation_added" in found(evidence, claim)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (("Opened software is excluded from returns.", "en"), ("Opened software cannot be returned.", "en")),
        (("Der Versand ist kostenlos.", "de"), ("There is no charge for shipping.", "en")),
        (("送料は無料です。", "ja"), ("No shipping fee is charged.", "en")),
        (("The fee is no more than 5 €.", "en"), ("La tarifa es como máximo de 5 €.", "es")),
    ],
)
def test_a_denial_in_other_words_is_none(claim: tuple[str, str], evidence: tuple[str, str]) -> None:
    assert not {"negation_dropped", "negation_added"} & set(found(claim, evidence))


@pytest.mark.parametrize(
    ("claim", "evidence", "feature", "code"),
    [
        ("Staff must show a passport.", "Staff may be asked for a passport.", "obligation_added", "modality"),
        ("Staff can show a passport.", "Staff must show a passport.", "obligation_dropped", "modality"),
        ("The parcel arrives on Friday.", "The parcel usually arrives on Friday.", "certainty_added", "modality"),
        ("Shoes can be sent back.", "Shoes can be sent back unless worn.", "exception_dropped", "exception-dropped"),
        ("Members enter early.", "Only members enter early.", "restriction_dropped", "exception-dropped"),
        ("All shoes can be sent back.", "Shoes can be sent back.", "universal_added", "overgeneralised"),
        ("The fee is at least 5 €.", "The fee is at most 5 €.", "comparison_turned", "comparison-turned"),
        ("Cancel after the departure.", "Cancel before the departure.", "comparison_turned", "comparison-turned"),
        ("You receive a voucher.", "You receive a refund.", "other_swapped", "swapped"),
        ("Delivery to Germany takes a day.", "Delivery to Austria takes a day.", "territory_swapped", "swapped"),
        ("Pay with PayPal.", "Pay with Klarna.", "name_new", "entity-not-in-evidence"),
    ],
)
def test_each_turn_has_its_feature_and_code(claim: str, evidence: str, feature: str, code: str) -> None:
    assert found((claim, "en"), (evidence, "en"))[feature] == code
    assert not found((evidence, "en"), (evidence, "en"))


def test_a_finding_counts_less_where_evidence_as_near_says_the_same() -> None:
    claim = said("The pump must not go through the scanner.", "en")
    near, other = said("Metal detectors do the pump no harm at all.", "en"), said("The pump stays with you.", "en")
    clear = findings([Pair(claim, [(other, 1.0), (near, 0.0)])], [near, other])
    tie = findings([Pair(claim, [(other, 1.0), (near, 0.6)])], [near, other])
    weights = [{each.feature: each.weight for each in found}["negation_added"] for found in (clear, tie)]
    assert weights == [1.0, pytest.approx(0.4)]


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "features"),
    [
        (
            "El barco nocturno es más barato.",
            "es",
            "The night ferry costs 45 €, the day ferry 58 €.",
            {"comparison_unsaid"},
        ),
        ("El barco nocturno es más barato: 45 € y no 58 €.", "es", "The night ferry costs 45 €.", set()),
        ("夜の船のほうが安くなります。", "ja", "The night ferry is cheaper.", set()),
        ("Returns are free.", "en", "Returns are free unless the goods are worn.", {"limits_left_out"}),
        ("Returns are free if the goods are new.", "en", "Returns are free unless the goods are worn.", set()),
    ],
)
def test_what_a_sentence_as_a_whole_adds_or_leaves_out(
    claim: str, language: str, evidence: str, features: set[str]
) -> None:
    near = said(evidence, "en")
    assert {each.feature for each in whole_findings(said(claim, language), near, None, [near])} == features


def test_an_exception_stands_in_the_next_sentence() -> None:
    near, following = said("Returns are free.", "en"), said("Worn shoes are excluded.", "en")
    (found,) = whole_findings(said("Returns are free of charge.", "en"), near, following, [near])
    assert (found.feature, found.reason) == ("limits_left_out", "the evidence goes on: «Worn shoes are excluded.»")


def test_no_at_the_beginning_answers_and_denies_nothing() -> None:
    assert not said("No, the fee is 5 €.", "en").says("neg")
    assert said("No fee is charged.", "en").says("neg")


def test_a_reason_quotes_the_evidence() -> None:
    near = said("Opened software cannot be returned.", "en")
    (first, *_) = findings([Pair(said("Opened software can be returned.", "en"), [(near, 1.0)])], [near])
    assert first.reason == "the evidence denies this: «Opened software cannot be returned.»"


@pytest.mark.parametrize("language", languages())
def test_the_words_of_every_language_are_looked_up(language: str) -> None:
    from guardrails.entailment.lexicon import _words

    words = _words(language)
    assert words is not None
    forms = [form.strip().rstrip("*") for form in words.must.split(",")]
    assert all(any(cue.group == "must" for cue in find_cues(form, language)) for form in forms)


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Versand nach Österreich und in die Schweiz", "de", {"AT", "CH"}),
        ("w Niemczech", "pl", {"DE"}),
        ("ドイツと日本語", "ja", {"DE"}),
        ("malicious children in a Chinese shop", "en", set()),
        ("إلى ألمانيا والأردن", "ar", {"DE", "JO"}),
    ],
)
def test_countries_are_found_in_their_writings(text: str, language: str, codes: set[str]) -> None:
    assert find_territories(text, language) == codes


def test_names_are_compared_where_the_evidence_could_have_them() -> None:
    assert missing_names("Pay with PayPal.", "en", "Pay with Klarna.", "en") == ["PayPal"]
    assert missing_names("PayPalで払う", "ja", "Pay with Klarna.", "en") == ["PayPal"]
    assert not missing_names("PayPalで払う", "ja", "クラーナで払う", "ja")  # it may be written in its own script
    assert not missing_names("Die Rückgabe ist frei.", "de", "Returns are free.", "en")


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Books can be returned, but software cannot.", "en", 2),
        ("Bücher nehmen wir zurück; Software nicht mehr.", "de", 2),
        ("图书可以退回，但软件不可以退回。", "zh", 2),
        ("Books can be returned.", "en", 1),
    ],
)
def test_clauses_are_the_whole_text(text: str, language: str, parts: int) -> None:
    assert len(clauses(text, language)) == parts
    assert "".join(clauses(text, language)) == text


def test_rules_only_speak_against_a_sentence_and_likeness_only_for_it() -> None:
    model = load_gate_model()
    for weights in (model.with_tokens.weights, model.without_tokens.weights):
        assert all(weights[feature] <= 0 for feature in FEATURES)
        assert all(weights[feature] >= 0 for feature in ("similarity", "coverage", *BORNE_OUT))
    alike = {"similarity": 0.9, "coverage": 0.9}
    assert model.support(alike) > model.support({**alike, "negation_dropped": 1.0})
    assert model.likeness({**alike, "negation_dropped": 1.0}) == model.support(alike)
    assert "eval/sets/grounding" in model.fitted_on


@pytest.mark.parametrize(
    ("denied", "free", "language"),
    [
        ("Shipping is not free.", "Shipping costs nothing.", "en"),
        ("Der Versand ist nicht kostenlos.", "Der Versand kostet nichts.", "de"),
        ("La livraison n'est pas gratuite.", "La livraison est sans frais.", "fr"),
        ("فتح الحساب ليس مجانيًا.", "فتح الحساب بلا رسوم.", "ar"),
        ("送料は無料ではありません。", "送料は無料です。", "ja"),
        ("不包邮。", "包邮。", "zh"),
    ],
)
def test_a_price_that_is_denied_is_charged(denied: str, free: str, language: str) -> None:
    assert (said(denied, language).price, said(free, language).price) == ("charged", "free")


def test_what_one_rule_is_worded_with_and_without_decides_alone_only_among_the_same_words() -> None:
    evidence = said("Opened goods from the sale are returned in 30 days.", "en")
    turned = said("Opened goods from the sale are not returned in 30 days.", "en")
    reworded = said("Opened goods from the sale are not returned after 30 days.", "en")
    wordings = {"negation_added", "polarity_differs"}
    sure = {each.feature for each in findings([Pair(turned, [(evidence, 1.0)])], [evidence]) if each.sure}
    assert sure & wordings
    sure = {each.feature for each in findings([Pair(reworded, [(evidence, 1.0)])], [evidence]) if each.sure}
    assert not sure & wordings


@pytest.mark.parametrize(
    ("language", "supposed", "denied"),
    [
        ("en", "If it does not arrive, we send another.", "If it is late we do not send another one."),
        ("de", "Wenn es nicht ankommt, schicken wir ein neues.", "Wenn es beschädigt ist, schicken wir kein neues."),
        ("de", "Stimmt der Verwendungszweck nicht, ordnen wir von Hand zu.", "Ist es da, schicken wir nichts nach."),
        ("fr", "Si la facture n'est pas payée, le service s'arrête.", "Si la facture est payée, rien n'est dû."),
        ("es", "Si la factura no se paga, se corta el servicio.", "Si llega tarde, no se devuelve."),
        ("pt", "Se a fatura não for paga, o serviço para.", "Se chegar tarde, não se devolve."),
        ("it", "Se la fattura non è pagata, il servizio si ferma.", "Se arriva tardi, non si rimborsa."),
        ("pl", "Jeśli faktura nie jest opłacona, usługa staje.", "Jeśli dotrze późno, nie zwracamy."),
        ("nl", "Als het niet aankomt, sturen we een nieuw.", "Als het kapot is, sturen we geen nieuw."),
        (
            "ar",
            "إذا لم تتغير الحالة ثلاثة أيام نفتح استفسارا.",
            "إذا تأخر الطلب ثلاثة أيام عمل كاملة فلا نفتح استفسارا.",
        ),
        ("hi", "अगर स्थिति तीन दिन तक नहीं बदलती तो हम जाँच खोलते हैं।", "अगर देर हो, हम जाँच नहीं खोलते।"),
        ("ja", "届かない場合は再送します。", "遅れた場合は再送しません。"),
        ("hi", "चालू न हो तो लौटा सकते हैं।", "देर हो तो लौटा नहीं सकते।"),
        ("zh", "没有收到的话可以退款。", "迟到的话不可以退款。"),
        ("zh", "如果没有收到，我们会重新寄出。", "如果迟到，我们不会重新寄出。"),
        ("th", "ถ้าไม่ได้รับสินค้า เราจะส่งใหม่", "ถ้าสินค้ามาถึงช้ากว่ากำหนด เราไม่ส่งใหม่"),
    ],
)
def test_what_is_only_supposed_denies_nothing(language: str, supposed: str, denied: str) -> None:
    assert not said(supposed, language).says("neg")
    assert said(denied, language).says("neg")


def test_a_name_is_written_with_a_capital() -> None:
    assert said("Za dostawę zapłacisz tyle samo.", "pl").territories == frozenset()
    assert said("Dostawa na Samoa kosztuje tyle samo.", "pl").territories == {"WS"}


def test_what_is_recommended_is_not_needed() -> None:
    evidence = said("Un rendez-vous est recommandé.", "fr")
    claim = said("An appointment is not required.", "en")
    assert [each.code for each in findings([Pair(claim, [(evidence, 1.0)])], [evidence])] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "This holds not only for shoes, after all."),
        ("de", "Das gilt nicht nur für Schuhe, vor allem im Winter."),
        ("fr", "Cela vaut non seulement pour les chaussures."),
        ("es", "Vale no solo para zapatos, sobre todo en invierno."),
        ("pt", "Vale não só para sapatos."),
        ("it", "Vale non solo per le scarpe."),
        ("pl", "Dotyczy to nie tylko butów, przede wszystkim zimą."),
        ("nl", "Dat geldt niet alleen voor schoenen."),
        ("ar", "يصل الإشعار إلى كل من العنوانين."),
        ("hi", "यह न केवल जूतों के लिए है।"),
        ("ja", "靴だけでなく鞄にも当てはまります。"),
        ("zh", "这不仅适用于鞋子。"),
        ("th", "ใช้ได้ไม่เพียงกับรองเท้า"),
    ],
)
def test_not_only_neither_denies_nor_limits(language: str, text: str) -> None:
    assert not said(text, language).says("neg", "only", "all")
