"""An e-mail: its subject as title, its own words as text, without signature and quoted history."""

from __future__ import annotations

import re
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract
from ingest.parsing.cleaning import clean, one_line, without_private_use
from ingest.parsing.hidden import character_findings
from ingest.parsing.html.document import extract_html
from ingest.parsing.plain import plain_blocks

_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_HEADER_FIELD = re.compile(r"(?im)\A(?:[\w-]+:.*\n(?:[ \t].*\n)*)*(?:from|subject|date|received|message-id):")
# "On … wrote:" in the languages of mail programs; the line may be wrapped once.
_HISTORY = re.compile(
    r"^(?:-{3,} ?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|"
    r"mensagem original|wiadomość oryginalna|oorspronkelijk bericht|元のメッセージ|原始邮件).*"
    r"|_{10,}\s*$"
    r"|(?:on|am|le|el|il|em|w dniu|op|dnia)\b[^\n]{5,150}(?:\n[^\n]{0,100})?"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|napisał\(?a?\)?|schreef)[^\n]{0,80}:\s*$"
    r"|(?:from|von|de|da|od|van|gönderen|差出人|发件人|من)\s?:[^\n]*@[^\n]*\n(?:to|an|à|para|a|do|aan|kime|sent|gesendet|envoyé|enviado|"
    r"inviato|wysłano|verzonden|date|datum|宛先|日時|发送时间|收件人|إلى)\s?:[^\n]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*(?:\n|$)", re.MULTILINE)


def extract_email(path: Path, data: bytes) -> Extract:
    """The blocks of a message; plain text is preferred to HTML, attachments are reported.

    :raises DocumentError: ``wrong-format`` when there are no mail headers, ``encrypted`` for S/MIME and PGP.
    """
    if not _HEADER_FIELD.match(data[:20_000].decode("latin-1").replace("\r\n", "\n").lstrip()):
        raise DocumentError("wrong-format", f"{path.name}: not an e-mail; save the message as .eml again")
    message = BytesParser(policy=policy.default).parsebytes(data.lstrip())
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise DocumentError("encrypted", f"{path.name}: an encrypted e-mail; save a decrypted copy")
    findings: list[Finding] = []
    blocks = _body(path.name, message, findings)
    for part in message.iter_attachments():
        file = part.get_filename()
        if file:
            text = f"the attachment “{one_line(clean(file))}” was not read; save it beside the message"
            findings.append(Finding(path.name, "attachment-skipped", text))
    return Extract(blocks, _header(message, "subject"), _metadata(message), findings)


def _body(name: str, message: EmailMessage, findings: list[Finding]) -> list[Block]:
    plain = message.get_body(preferencelist=("plain",))
    text = own_words(_content(plain)) if plain is not None else ""
    if text.strip():
        findings += character_findings(name, text)
        return list(plain_blocks(text))
    html = message.get_body(preferencelist=("html",))
    if html is None:
        return []
    extract = extract_html(without_private_use(_content(html)), name)
    findings.extend(extract.findings)
    return extract.blocks


def own_words(text: str) -> str:
    """A message without its signature, quoted lines and the history below it.

    A message that is nothing but quotation is kept whole.
    """
    text = text.replace("\r\n", "\n")
    cut = text
    for mark in (_HISTORY, _SIGNATURE):
        if match := mark.search(cut):
            cut = cut[: match.start()]
    cut = _QUOTED_LINE.sub("", cut)
    return cut if cut.strip() else text


def _content(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, UnicodeDecodeError):  # an unknown or wrongly named character set
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""
    return content if isinstance(content, str) else ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(clean(str(message.get(name, ""))))
    except (ValueError, IndexError, AttributeError):  # the standard library's parser on a broken header
        return ""


def _metadata(message: EmailMessage) -> dict[str, str]:
    metadata = {"from": _header(message, "from"), "to": _header(message, "to"), "subject": _header(message, "subject")}
    metadata["author"] = parseaddr(metadata["from"])[0]  # the name alone: an address is nobody's to pass on
    raw = _header(message, "date")
    try:
        metadata["date"] = parsedate_to_datetime(raw).isoformat() if raw else ""
    except ValueError:
        metadata["date"] = raw
    return metadata
