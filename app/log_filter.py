"""No personal data in logs: messages and traces are masked before any handler writes them."""

from __future__ import annotations

import logging

_MASKED = "personal_data_masked"  # an attribute of the record, which all handlers share
_UNSEEN = "(a message that could not be looked through for personal data)"


class PersonalFilter(logging.Filter):
    """Masks what a record says; lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, _MASKED, False):
            return True  # by the filter of another handler; a second time would take placeholders for words of the text
        setattr(record, _MASKED, True)
        try:
            message = _masked(record.getMessage())
            if record.exc_info and not record.exc_text:
                record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = _masked(record.exc_text) if record.exc_text else record.exc_text
        except Exception:  # a log must neither fail nor tell
            message, record.exc_info, record.exc_text = _UNSEEN, None, None
        record.msg, record.args = message, ()
        return True


def install_log_filter() -> None:
    """Filter what the handlers of the root logger write, or the one of last resort where there are none."""
    last_resort = [logging.lastResort] if logging.lastResort else []
    for handler in logging.getLogger().handlers or last_resort:
        if not any(isinstance(each, PersonalFilter) for each in handler.filters):
            handler.addFilter(PersonalFilter())


def _masked(text: str) -> str:
    from guardrails.personal.vault import Vault

    return Vault().mask(text, "und")  # in any language: what is logged is in English, what is quoted in it is not
