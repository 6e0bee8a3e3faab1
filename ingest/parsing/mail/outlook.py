"""An Outlook message (.msg): the same as an e-mail, out of another container."""

from __future__ import annotations

import struct
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract
from ingest.parsing.cleaning import clean, one_line, without_private_use
from ingest.parsing.hidden import character_findings
from ingest.parsing.html.document import extract_html
from ingest.parsing.mail.compressed_rtf import decompressed
from ingest.parsing.mail.email import own_words
from ingest.parsing.plain import plain_blocks
from ingest.parsing.sniffing import OLE, wrong_format

if TYPE_CHECKING:
    from oxmsg import Message

_SMIME = "IPM.Note.SMIME"
_SIGNED = "IPM.Note.SMIME.MultipartSigned"
_PROPERTIES = "__properties_version1.0".encode("utf-16-le")  # the stream that every message has
_HTML = 0x1013  # PidTagHtml
_RTF_COMPRESSED = 0x1009  # PidTagRtfCompressed
_DAMAGE = (OSError, ValueError, KeyError, IndexError, AttributeError, AssertionError, TypeError, struct.error)


def extract_outlook(path: Path, data: bytes) -> Extract:
    """The blocks of a message; plain text is preferred to HTML and HTML to rich text, attachments are reported.

    :raises DocumentError: ``wrong-format``, ``encrypted`` for S/MIME, or ``unreadable``.
    """
    if not data.startswith(OLE):
        raise wrong_format(path, data)
    from oxmsg import Message

    findings: list[Finding] = []
    try:
        message = Message.load(data)
        if _PROPERTIES not in data:
            raise wrong_format(path, data)
        if message.message_class.startswith(_SMIME) and not message.message_class.startswith(_SIGNED):
            raise DocumentError("encrypted", f"{path.name}: an encrypted message; save a decrypted copy")
        blocks = _body(path, message, findings)
        for attachment in message.attachments:
            file = one_line(clean(attachment.file_name or "")) or "without a name"
            text = f"the attachment “{file}” was not read; save it beside the message"
            findings.append(Finding(path.name, "attachment-skipped", text))
        return Extract(blocks, one_line(clean(message.subject)), _metadata(message), findings)
    except _DAMAGE as error:
        raise DocumentError("unreadable", f"{path.name}: damaged ({error}); save the message again") from error


def _body(path: Path, message: Message, findings: list[Finding]) -> list[Block]:
    text = own_words(message.body or "")
    if text.strip():
        findings += character_findings(path.name, text)
        return list(plain_blocks(text))
    try:
        html = message.html_body
    except (UnicodeDecodeError, LookupError):  # not in the encoding the message claims
        raw = message.properties.binary_prop_value(_HTML) or b""
        html = raw.decode("utf-8", errors="replace")
    if html:
        extract = extract_html(without_private_use(html), path.name)
    elif rtf := message.properties.binary_prop_value(_RTF_COMPRESSED):
        from ingest.parsing.other import extract_by_pandoc

        extract = extract_by_pandoc(path.with_suffix(".rtf"), decompressed(rtf))
        extract.findings = [Finding(path.name, found.code, found.message) for found in extract.findings]
    else:
        return []
    findings.extend(extract.findings)
    return extract.blocks


def _metadata(message: Message) -> dict[str, str]:
    sender = one_line(clean(message.sender or ""))
    sent = message.sent_date
    recipients = ", ".join(one_line(clean(to.name or to.email_address)) for to in message.recipients)
    return {
        "from": sender,
        "to": recipients,
        "subject": one_line(clean(message.subject)),
        "author": parseaddr(sender)[0],
        "date": sent.isoformat() if sent is not None else "",
    }
