"""Thai writes no full stop: a space between two long enough clauses is where one may be quoted."""

from __future__ import annotations

import re

LOOKAHEAD = 12  # characters that must follow without a space
LOOKBEHIND = 12  # characters at the start of the sentence that are looked at
_SHORTEST = 60  # characters; a shorter clause stays with its neighbour
_SHORTEST_CONDITION = 70  # a condition stays with what it brings about
_SHORTEST_POLITE = 12

_LETTER = re.compile("[\u0e01-\u0e4e]")
_POLITE_END = re.compile("(?:ครับ|ค่ะ|คะ|นะคะ)$")
_CONDITION = ("หาก", "ถ้า", "เมื่อ", "กรณี", "ในกรณี", "สำหรับ", "เนื่องจาก")
# Words that do not open a clause of their own: conjunctions, prepositions, auxiliaries.
_CONNECTIVE = (
    "ที่", "ซึ่ง", "และ", "หรือ", "โดย", "เพื่อ", "จึง", "จาก", "ตาม", "กับ", "ของ",
    "ใน", "ให้", "จนถึง", "ต่อ", "เป็น", "ได้", "แต่", "ส่วน", "จะ", "ต้อง", "ไม่",
    "ก็", "แล้ว", "ยัง", "คือ", "อาจ", "รวม", "เช่น", "พร้อม", "หลัง", "ก่อน", "ภายใน",
    "ทั้ง", "ถึง",
)  # fmt: skip


def ends_clause(opening: str, last: str, length: int, ahead: str) -> bool:
    """Whether the space after ``length`` characters of a sentence may end it.

    :param opening: the first characters of the sentence.
    :param last: the characters right before the space.
    :param ahead: up to :data:`LOOKAHEAD` characters after it.
    """
    if last[-1:] in "ๆฯ" or not _LETTER.match(ahead) or ahead[0] in "ๆฯ":
        return False
    run = ahead.split(None, 1)[0]
    if len(run) < LOOKAHEAD or ahead.startswith(_CONNECTIVE):
        return False
    if _POLITE_END.search(last):
        return length >= _SHORTEST_POLITE
    return length >= (_SHORTEST_CONDITION if opening.startswith(_CONDITION) else _SHORTEST)
