"""What was sent, in the forms that ticket systems take: a line of JSON for each reply, ready for their API.

zendesk: the ticket of ``PUT /api/v2/tickets/update_many.json``; freshdesk: the body of ``POST
/api/v2/tickets/ID/reply``; jira: the body of ``POST /rest/api/3/issue/KEY/comment``; lines: our own.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Literal, get_args

from app.desk.drafts.records import KeptDraft
from prompts.library import direction

Format = Literal["zendesk", "freshdesk", "jira", "lines"]
FORMATS: tuple[Format, ...] = get_args(Format)


def exported(kept: KeptDraft, form: Format) -> dict[str, Any]:
    """One reply that was sent, with the id of its ticket; no citation stands in it."""
    return {"id": kept.draft.ticket_id, "sent_at": kept.at.isoformat(), **_FORMS[form](kept)}


def _zendesk(kept: KeptDraft) -> dict[str, Any]:
    number = kept.draft.ticket_id
    ticket = {"id": int(number) if number.isascii() and number.isdecimal() else number}
    return {"ticket": {**ticket, "comment": {"html_body": _html(kept), "public": True}}}


def _freshdesk(kept: KeptDraft) -> dict[str, Any]:
    return {"reply": {"body": _html(kept)}}


def _jira(kept: KeptDraft) -> dict[str, Any]:
    document = {"type": "doc", "version": 1, "content": [_adf(lines) for lines in _paragraphs(kept)]}
    # Without this, a service desk takes a comment for one among agents.
    public = {"key": "sd.public.comment", "value": {"internal": False}}
    return {"comment": {"body": document, "properties": [public]}}


def _lines(kept: KeptDraft) -> dict[str, Any]:
    changes = kept.difference
    return {
        "language": kept.draft.language,
        "text": kept.sent_text or "",
        "by": kept.by,
        "version": kept.version,
        "edit_share": changes.edit_share if changes else None,
    }


_FORMS: dict[Format, Callable[[KeptDraft], dict[str, Any]]] = {
    "zendesk": _zendesk,
    "freshdesk": _freshdesk,
    "jira": _jira,
    "lines": _lines,
}


def _paragraphs(kept: KeptDraft) -> list[list[str]]:
    blocks = (kept.sent_text or "").strip().split("\n\n")
    return [lines for block in blocks if (lines := [line for line in block.splitlines() if line.strip()])]


def _html(kept: KeptDraft) -> str:
    paragraphs = "".join(f"<p>{'<br>'.join(map(escape, lines))}</p>" for lines in _paragraphs(kept))
    language = kept.draft.language
    return f'<div lang="{escape(language)}" dir="{direction(language)}">{paragraphs}</div>'


def _adf(lines: list[str]) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for line in lines:
        content += [{"type": "hardBreak"}] if content else []
        content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}
