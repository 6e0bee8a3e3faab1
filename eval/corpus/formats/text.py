"""Plain text, e-mail and comma-separated values."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from eval.corpus.page import Page

_SENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def render_text(page: Page) -> bytes:
    """Paragraphs between blank lines, headings on lines of their own."""
    return _plain(page).encode()


def render_email(page: Page) -> bytes:
    """A message to the support desk, its subject the page's title."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Policy desk <policies@example.com>"
    message["To"] = "support@example.com"
    message["Subject"] = page.title
    message["Date"] = _SENT
    message["Message-ID"] = f"<{page.language}.{page.number}@example.com>"
    message.set_content(_plain(page), charset="utf-8", cte="base64")
    return message.as_bytes()


def render_csv(page: Page) -> bytes:
    """A row for each sentence, beside the fee it goes with; semicolons where a comma is the decimal mark."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";" if page.language in ("de", "fr", "es", "pt", "it", "pl") else ",")
    writer.writerow([*page.header, page.title])
    for section in page.sections:
        writer.writerows([*row, said] for row, said in zip(section.rows, section.sentences, strict=True))
    return target.getvalue().encode()


def _plain(page: Page) -> str:
    parts = [page.title]
    for section in page.sections:
        parts += [section.heading, *map(page.joined, section.paragraphs)]
        if section.items:
            parts += [section.lead_in, "\n".join(f"- {item}" for item in section.items)]
        if section.rows:
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in (page.header, *section.rows)))
    return "\n\n".join(parts) + "\n"
