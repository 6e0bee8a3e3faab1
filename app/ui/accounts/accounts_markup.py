"""An account as HTML."""

from __future__ import annotations

from html import escape

from app.accounts.account import Account
from app.ui.languages import language_name
from app.ui.wording import Words


def account_html(account: Account, words: Words) -> str:
    """Who it is, and what they may read."""
    audience = words.entries.get(f"audience.{account.audience}", account.audience)
    facts = [words("accounts.reads", audience=audience)]
    if account.language:
        facts.append(language_name(account.language, words.language))
    lock = f'<span class="pd-priority pd-urgent">{escape(words("accounts.locked"))}</span>' if account.locked else ""
    return (
        f'<div class="pd-account"><strong><bdi>{escape(account.display_name)}</bdi>{lock}</strong>'
        f'<span class="pd-quiet"><bdi>{escape(account.name)}</bdi> · {escape(" · ".join(facts))}</span></div>'
    )
