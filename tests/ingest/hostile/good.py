"""Forty ordinary documents of mixed formats and languages."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ingest.hostile import pdfs
from tests.ingest.hostile.zips import by_pandoc, slides, word, workbook

_TEXTS = {
    "en": ("Returns", "Goods may be returned within 30 days. The refund takes five working days."),
    "de": ("Rückgabe", "Waren können innerhalb von 30 Tagen zurückgegeben werden. Die Erstattung dauert fünf Tage."),
    "fr": ("Retours", "Les articles peuvent être retournés sous 30 jours. Le remboursement prend cinq jours."),
    "es": ("Devoluciones", "Los artículos se pueden devolver en 30 días. El reembolso tarda cinco días."),
    "pl": ("Zwroty", "Towary można zwrócić w ciągu 30 dni. Zwrot pieniędzy trwa pięć dni."),
    "ar": ("الإرجاع", "يمكن إرجاع البضائع خلال ٣٠ يومًا. يستغرق رد المبلغ خمسة أيام."),
    "ja": ("返品", "商品は30日以内に返品できます。返金には5営業日かかります。"),
    "th": ("การคืนสินค้า", "สามารถคืนสินค้าได้ภายใน 30 วัน การคืนเงินใช้เวลาห้าวัน"),
}


def good_files() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each."""
    for code, (title, text) in _TEXTS.items():
        yield f"good-{code}.md", f"# {title}\n\n{text}\n\n- {title} 1\n- {title} 2\n".encode()
        yield (
            f"good-{code}.html",
            (
                f"<html lang={code}><head><meta charset=utf-8><title>{title}</title></head>"
                f"<body><h1>{title}</h1><p>{text}</p></body></html>"
            ).encode(),
        )
        yield f"good-{code}.txt", f"{title}\n\n{text}\n".encode()
        yield f"good-{code}.docx", word(text)
    yield "good.pdf", pdfs.text_pdf("Returns are accepted within thirty days.", "Refunds take five working days.")
    yield "good.xlsx", workbook()
    yield "good.pptx", slides()
    yield "good.csv", b"Country;Fee\nFrance;12,50\nSpain;14,00\n"
    yield "good.tsv", b"Country\tFee\nFrance\t12.50\nSpain\t14.00\n"
    yield "good.eml", b"From: a@example.com\nTo: b@example.com\nSubject: Refund\n\nWhen is my refund due?\n"
    yield "good.odt", by_pandoc("odt")
    yield "good.epub", by_pandoc("epub")
