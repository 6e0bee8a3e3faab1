"""Pages as a scanner gives them: typed with Noto fonts, a little askew, grey and noisy."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_NOTO = Path("/usr/share/fonts/truetype/noto")
_CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_JAPANESE, _CHINESE = 0, 2  # faces of the collection
_DPI = 150
_PAPER, _INK = 236, 45

# Language to font, face, heading and lines; an empty line ends a paragraph.
PAGES: dict[str, tuple[Path, int, str, tuple[str, ...]]] = {
    "de": (
        _NOTO / "NotoSans-Regular.ttf",
        0,
        "Rückgabe und Erstattung",
        (
            "Sie können Ihre Bestellung innerhalb von 30 Tagen",
            "zurückgeben. Die Gebühr für größere Geräte beträgt",
            "12,50 €. Übergabe an den Fahrer genügt.",
            "",
            "Lumo R2 muss vollständig aufgeladen sein. Fügen Sie",
            "das Ladegerät und die Gewährleistungskarte bei.",
        ),
    ),
    "ru": (
        _NOTO / "NotoSans-Regular.ttf",
        0,
        "Возврат товара",
        (
            "Вы можете вернуть товар в течение 30 дней после",
            "получения. Деньги возвращаются на карту за пять",
            "рабочих дней. Устройство отправляется бесплатно.",
        ),
    ),
    "ar": (
        _NOTO / "NotoNaskhArabic-Regular.ttf",
        0,
        "سياسة الإرجاع",
        (
            "يمكنكم إرجاع الطلب خلال ٣٠ يوما من تاريخ الاستلام",
            "ويعاد المبلغ إلى البطاقة خلال خمسة أيام عمل.",
            "",
            "يجب أن يكون الجهاز في عبوته الأصلية مع الفاتورة",
            "وبطاقة الضمان.",
        ),
    ),
    "hi": (
        _NOTO / "NotoSansDevanagari-Regular.ttf",
        0,
        "वापसी नीति",
        (
            "आप अपना ऑर्डर प्राप्त होने के 30 दिनों के भीतर वापस कर",
            "सकते हैं। पैसा पाँच कार्य दिवसों में कार्ड पर लौटाया जाता है।",
        ),
    ),
    "ja": (
        _CJK,
        _JAPANESE,
        "返品と返金について",
        ("商品到着後30日以内であれば返品できます。", "返金は五営業日以内にカードへ行います。"),
    ),
    "zh": (
        _CJK,
        _CHINESE,
        "退货与退款政策",
        ("收到商品后三十天内可以申请退货。退款将在五个", "工作日内退回您的银行卡。"),
    ),
    "th": (
        _NOTO / "NotoSansThai-Regular.ttf",
        0,
        "นโยบายการคืนสินค้า",
        ("คุณสามารถคืนสินค้าได้ภายในสามสิบวันหลังจากได้รับสินค้า", "กรุณาส่งใบเสร็จและบัตรรับประกันมาด้วย"),
    ),
}


def missing_fonts() -> list[str]:
    return sorted({str(font) for font, *_ in PAGES.values() if not font.exists()})


def scanned(language: str, *, turn: float = 1.0) -> Image.Image:
    """The page of one language, turned by ``turn`` degrees, 150 dots an inch."""
    path, face, heading, lines = PAGES[language]
    page = Image.new("L", (1240, 620), _PAPER)
    draw = ImageDraw.Draw(page)
    right = language == "ar"

    def line(y: int, text: str, size: int) -> None:
        font = ImageFont.truetype(path, size, index=face, layout_engine=ImageFont.Layout.RAQM)
        draw.text(
            (1150 if right else 90, y), text, _INK, font, "ra" if right else "la", direction="rtl" if right else "ltr"
        )

    line(80, heading, 58)
    y = 190
    for text in lines:
        line(y, text, 34)
        y += 53 if text else 30
    return degraded(page, turn)


def scanned_table(rows: Sequence[Sequence[str]], heading: str, foot: str) -> Image.Image:
    """A heading, a table without rules and a sentence below it."""
    page = Image.new("L", (1240, 800), _PAPER)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(_NOTO / "NotoSans-Regular.ttf", 32)
    draw.text((90, 60), heading, _INK, ImageFont.truetype(_NOTO / "NotoSans-Regular.ttf", 56))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            draw.text((90 + 380 * column, 200 + 60 * at), cell, _INK, font)
    draw.text((90, 280 + 60 * len(rows)), foot, _INK, font)
    return degraded(page, 1.0)


def degraded(page: Image.Image, turn: float) -> Image.Image:
    turned = page.rotate(turn, resample=Image.Resampling.BICUBIC, expand=turn % 90 == 0, fillcolor=_PAPER)
    noise = np.random.default_rng(7).normal(0, 10, (turned.height, turned.width))
    shades = (np.asarray(turned, dtype=float) + noise).clip(0, 255).astype(np.uint8)
    return Image.fromarray(shades).filter(ImageFilter.GaussianBlur(0.6))


def as_bytes(pages: Sequence[Image.Image], suffix: str) -> bytes:
    """One file of the pages: ``png``, ``jpeg``, ``webp``, ``bmp``, ``tiff`` or ``pdf``."""
    buffer = io.BytesIO()
    if suffix == "pdf":
        pages[0].save(buffer, "pdf", resolution=_DPI, save_all=True, append_images=pages[1:])
    elif suffix == "tiff":
        pages[0].save(buffer, "tiff", dpi=(_DPI, _DPI), save_all=True, append_images=pages[1:])
    else:
        pages[0].save(buffer, suffix, dpi=(_DPI, _DPI))
    return buffer.getvalue()


def words_of(language: str) -> str:
    """What is on the page, without spaces, which a scan does not always show."""
    _, _, heading, lines = PAGES[language]
    return "".join((heading + "".join(lines)).split())
