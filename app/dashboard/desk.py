"""The dashboard as the page and the command ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.accounts.visitor import Visitor
from app.conversations.sessions import Sessions
from app.costs.pricelist import load_prices
from app.costs.servers import Servers
from app.dashboard.counting import count_dashboard
from app.dashboard.money import Prices
from app.dashboard.noting import Told, note_figures
from app.dashboard.numbers import Dashboard, Drift
from app.dashboard.periods import Period
from app.dashboard.record import AnswerRecord, read_record
from app.drift.desk import DriftDesk, KeptReport
from app.settings import Settings


@dataclass(frozen=True)
class DashboardDesk:
    """Safe to share between threads.

    :param drift: whose report is told of, as it is kept; none is made for this.
    """

    sessions: Sessions
    prices: Prices
    drift: DriftDesk | None = None

    def numbers(
        self, days: int, zone: str | None = None, moment: datetime | None = None, told: Told | None = None
    ) -> Dashboard:
        """So many days up to now beside as many before.

        :param zone: whose midnight a day begins at; UTC when None.
        :param told: hears how many new answers have been counted, of how many.
        :raises AppUserError: so many days cannot be compared.
        :raises ConversationError: the database fails.
        """
        period = Period.until(moment or datetime.now(UTC), days, zone)
        note_figures(self.sessions, period.shown[0][1].begin, told)
        with self.sessions.read() as session:
            counted = count_dashboard(session, period, self.prices)
        return counted.model_copy(update={"drift": _drift(self.drift.kept() if self.drift else None)})

    def record(self, visitor: Visitor, message_id: int) -> AnswerRecord:
        """All that was kept of one answer, as far as the visitor may see it.

        :raises AppUserError: there is no such answer.
        """
        return read_record(self.sessions, self.prices, visitor, message_id)


def open_prices(settings: Settings) -> Prices:
    """As the settings name them.

    :raises AppUserError: the company's own price list cannot be used.
    """
    return Prices(load_prices(settings.prices), Servers.of(settings))


def _drift(kept: KeptReport | None) -> Drift | None:
    if kept is None:
        return None
    report = kept.report
    return Drift(week=report.week, enough=report.enough, alarms=tuple(each.what for each in report.alarms))
