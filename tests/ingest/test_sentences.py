"""Sentences end where a reader of the language says they do, in whole texts and in streamed ones."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sentences import SentenceStream, split_sentences

# Each text is written with "¦" where a sentence ends.
TEXTS = {
    "en": "Mr. Smith of Acme Inc. bought v1.2.3 at www.shop.com. "
    "¦See no. 5, e.g. on p. 3. ¦He said no. ¦The end... ¦Or not?",
    "de": "Sie können z. B. am 3. März, bzw. im 2. Stock, zurückgeben. "
    "¦Nr. 5 kostet 1.234,56 €. ¦Es endet am 14. ¦Danach nichts.",
    "fr": "M. Dupont, p. ex., habite av. Foch. ¦La société S.A. Dupont paie. ¦C'est tout, etc. ¦Merci !",
    "es": "El Sr. Pérez vive en la Avda. Real. ¦¿Puedo devolver? "
    "¦¡Sí! ¦Véase la pág. 3 de la serie R. ¦Cambiar no es posible.",
    "it": "Il sig. Rossi paga 1.234,56 € ecc. ¦L'art. 5 dice no. ¦Fine.",
    "pt": "O Sr. Silva mora na Av. Central. ¦A pág. 3 explica. ¦Fim.",
    "pl": "W dniu 3 maja 2025 r. klient, np. firma, zwraca towar. "
    "¦Do 3. maja itd. można. ¦Art. 5 ust. 2 ustawy mówi inaczej.",
    "nl": "Dhr. Jansen woont bijv. in Utrecht. ¦Zie art. 5, d.w.z. blz. 3. ¦Klaar.",
    "tr": "Örn. 5 Mart 2025 tarihinde vb. şeyler olur. ¦3. Mart günü biter. ¦Bitti.",
    "ar": "يمكنك إرجاع المنتج خلال ١٤ يومًا. ¦هل تريد المساعدة؟ ¦حضر د. محمد أمس.",
    "hi": "आप १४ दिनों में लौटा सकते हैं। ¦डॉ. शर्मा यहाँ हैं। ¦क्या आप तैयार हैं?",
    "ja": "カードで払えます。¦「在庫があります。」と表示されます。¦14日以内！¦詳細は？",
    "zh": "价格是3.5元。¦请联系 support@x.com。¦他说：“可以退货。”¦谢谢！",
    "th": "ลูกค้าสามารถคืนสินค้าได้ภายใน 14 วันนับจากวันที่ได้รับสินค้า ¦สินค้าต้องอยู่ในสภาพสมบูรณ์และไม่เคยใช้งาน",
    "small": "hi. ¦my order never arrived. ¦i want a refund.",
    "citations": "Die Frist ist 14 Tage. [2] ¦Danach ist Schluss.[1][3] ¦Es kostet nichts [4]. "
    "¦これです。[1, 2]¦次です。",
    "lists": "Steps:\n¦1. Open the app.\n¦2. Tap Return\n¦- or call\n\n¦One line\ngoes on. ¦| a | b |\n¦| c | d |",
    "quotes": '"Really?" he asked. ¦(See above.) ¦**Important.** '
    "¦New text. ¦Note 1. The card is free.¹ ¦Plan B. ¦The rest.",
}


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def streamed(text: str, size: int) -> list[str]:
    stream = SentenceStream()
    out = [sentence for at in range(0, len(text), size) for sentence in stream.feed(text[at : at + size])]
    return out + stream.flush()


@pytest.mark.parametrize("language", TEXTS)
def test_sentences_end_where_a_reader_ends_them(language: str) -> None:
    expected = [part.strip() for part in TEXTS[language].split("¦")]
    assert sentences(TEXTS[language].replace("¦", "")) == expected


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("language", TEXTS)
def test_a_stream_gives_the_sentences_of_the_whole(language: str, size: int) -> None:
    text = TEXTS[language].replace("¦", "")
    assert streamed(text, size) == sentences(text)


def test_a_sentence_is_handed_out_as_soon_as_it_is_certain_and_not_before() -> None:
    stream = SentenceStream()
    assert stream.feed("It takes 14 days.") == []
    assert stream.feed(" [2") == []
    assert stream.feed("] After") == []
    assert stream.feed(" that") == ["It takes 14 days. [2]"]
    assert stream.flush() == ["After that"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='aB é1.!?…。؟।[]2, \n-"”()กข日\u00a0', max_size=60), st.integers(1, 5))
def test_spans_are_trimmed_ordered_lossless_and_the_same_when_streamed(text: str, size: int) -> None:
    spans = split_sentences(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert streamed(text, size) == [text[a:b] for a, b in spans]


@pytest.mark.parametrize("piece", ["word ", "a. b ", ".[", "。」", "ก ", "\n"])
def test_a_long_single_line_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        split_sentences(text)
        return time.process_time() - start

    seconds(20_000)
    assert seconds(800_000) < 40 * max(seconds(80_000), 0.01)
