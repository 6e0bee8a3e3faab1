"""What ``polydesk dashboard`` does."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from app.conversations.sessions import open_sessions
from app.dashboard.desk import DashboardDesk, open_prices
from app.dashboard.printing import print_dashboard
from app.drift.commands import searching_model
from app.drift.desk import DriftDesk
from app.drift.making import drift_maker
from app.errors import AppUserError
from app.phases import shown_phases
from app.settings import load_settings


def dashboard_and_print(days: int, zone: str | None, as_json: bool, moment: datetime | None = None) -> None:
    """Count and print.

    :raises AppUserError: there is no such zone, or the price list cannot be used.
    """
    settings = load_settings()
    if zone is not None:
        _require_zone(zone)
    prices = open_prices(settings)
    with open_sessions(settings) as sessions, shown_phases() as phases:
        drift = DriftDesk(drift_maker(sessions, settings.home), lambda: searching_model(settings), settings.golden)
        desk = DashboardDesk(sessions, prices, drift)
        with phases.phase("counting answers") as told:
            found = desk.numbers(days, zone, moment, told)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        print_dashboard(found)


def _require_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise AppUserError(f"--zone {zone}: there is no such time zone; name one as Europe/Berlin") from None
