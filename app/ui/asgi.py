"""The server that Streamlit runs: the page behind its headers, and the routes that sign in and out and watch it."""

import gc
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app.accounts.oidc import load_oidc_settings
from app.settings import load_settings
from app.ui.accounts.routes import sign_in_routes
from app.ui.ending import finishing
from app.ui.headers import GuardedPage
from app.ui.health_routes import health_routes
from app.ui.metrics_routes import metrics_routes
from app.ui.server import CHAT

# A run of a page leaves hundreds of objects in cycles, some of which outlive a first look. All are looked at once in a
# hundred questions or two; it takes a moment, as what was loaded is left out (`resources.py`).
gc.set_threshold(10_000, 3, 3)
_oidc = load_oidc_settings()
_settings = load_settings()
_index = Path(st.__file__).with_name("static") / "index.html"
# The secrets go from the environment to Streamlit without a file between.
streamlit_app = st.App(
    CHAT,
    routes=[*sign_in_routes(_settings), *health_routes(_settings), *metrics_routes(_settings)],
    secrets=_oidc.secrets() if _oidc.is_configured else None,
    middleware=[Middleware(GuardedPage, settings=_settings, index=_index.read_text(encoding="utf-8"))],
    lifespan=finishing(_settings.finish_seconds),
)
