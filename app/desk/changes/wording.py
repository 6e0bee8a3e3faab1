"""The sentences of a brief in the agent's language; what documents say stays as it is."""

from __future__ import annotations

from datetime import date

from app.desk.changes.brief import Brief
from app.desk.changes.change import Change
from prompts.updates import UpdateWords

_MOST_VALUES = 6


def effect_of(brief: Brief, words: UpdateWords, language: str, today: date) -> str:
    """From when it holds, or no longer does."""
    if brief.what == "retired":
        return words.say("gone", date=day(brief.at.date(), language))
    starts = brief.effective_from
    said = words.at_once
    if starts is not None:
        said = words.say("from_day" if starts > today else "since", date=day(starts, language))
    if brief.effective_to is not None:
        said += f" · {words.say('until', date=day(brief.effective_to, language))}"
    return said


def facts_of(brief: Brief, words: UpdateWords, language: str) -> list[str]:
    """For whom, where, by whom, and which run brought it."""
    facts = [words.say("whom", audience=words.audience(brief.audience))]
    if brief.countries:
        names = ", ".join(country(code, language) for code in brief.countries)
        facts.append(words.say("countries", countries=names))
    if brief.author:
        facts.append(words.say("author", author=brief.author))
    if brief.run is not None:
        number = f"{brief.run.id} ({brief.run.operator})" if brief.run.operator else str(brief.run.id)
        facts.append(words.say("run", number=number, date=day(brief.run.at.date(), language)))
    return facts


def headline_of(brief: Brief, words: UpdateWords) -> str:
    """The figures that are others now, and what else changed, on one line; empty for a document that is new or gone."""
    parts = [
        f"{words.kind(value.kind)}: {value.old or '–'} → {value.new or '–'}" for value in brief.values[:_MOST_VALUES]
    ]
    if len(brief.values) > _MOST_VALUES:
        parts.append("…")
    called = {value.kind for value in brief.values}
    parts += [words.kind(kind) for kind in brief.kinds if kind not in called and kind != "wording"]
    if not parts and brief.changes:
        return words.wording_only
    return " · ".join(parts)


def elsewhere(change: Change, words: UpdateWords) -> str:
    """Where the same words stood and stand, of a change of place; empty for any other."""
    if not change.place_only:
        return ""
    return words.say("elsewhere", old=" > ".join(change.old_heading), new=" > ".join(change.new_heading))


def day(when: date, language: str) -> str:
    """A day as it is written in ``language``."""
    from babel import UnknownLocaleError
    from babel.dates import format_date

    try:
        return str(format_date(when, "long", locale=language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return when.isoformat()


def country(code: str, language: str) -> str:
    """What ``language`` calls a country."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(language.replace("-", "_")).territories.get(code, code))
    except (UnknownLocaleError, ValueError):
        return code
