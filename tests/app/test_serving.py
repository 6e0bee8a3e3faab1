"""The whole page, served as a user starts it: real assistant, real store, real browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.browser import ARGUMENTS, CHROMIUM
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(sample_home: Path) -> Iterator[str]:
    """The page on the sample; ended with SIGTERM, which must end everything."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "POLYDESK_HOME": str(sample_home), "POLYDESK_MODEL": "quoting"}
    command = [sys.executable, "-m", "app.main", "ui", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        first = page.stdout.readline()
        assert f"http://127.0.0.1:{port}" in first
        yield f"http://127.0.0.1:{port}"
        page.send_signal(signal.SIGTERM)
        assert page.wait(PATIENCE_S) == 0
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()
    expect.set_options(timeout=None)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = context.new_page()
    shown.set_default_timeout(PATIENCE_S * 1000)
    shown.goto(address)
    expect(shown.locator("textarea")).to_be_visible()
    yield shown
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("question", "words", "direction"),
    [
        ("Was kostet in Deutschland die Lagerung, wenn für die Rulla kein Termin zustande kommt?", "4,50 €", "ltr"),
        ("كم مهلة إرجاع الطلبات من السعودية؟", "١٥", "rtl"),
    ],
)
def test_a_question_is_answered_with_quotes_that_open_at_the_marked_words_and_survive_a_reload(
    page: Page, question: str, words: str, direction: str
) -> None:
    page.locator("textarea").fill(question)
    page.keyboard.press("Enter")
    quote = page.locator(".pd-quoted .pd-sentence", has_text=words).first
    expect(quote).to_be_visible()
    assert quote.get_attribute("dir") == direction
    expect(page.get_by_role("radiogroup", name="Feedback rating")).to_be_visible()  # drawn for good
    quote.locator(".pd-chip").first.click()
    mark = page.locator(".pd-panel:popover-open mark")
    expect(mark.first).to_be_visible()
    assert words in mark.first.inner_text()
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator(".pd-question").first).to_have_text(question)
    expect(page.locator(".pd-quoted .pd-sentence", has_text=words).first).to_be_visible()


@pytest.mark.browser
def test_what_nothing_answers_is_abstained_on_in_the_language_of_the_question(page: Page) -> None:
    page.locator("textarea").fill("¿Cuál es el pretérito del verbo «andar»?")
    page.keyboard.press("Enter")
    expect(page.locator("[class*=st-key-verdict-abstain]")).to_be_visible()
    expect(page.locator("[class*=st-key-verdict-abstain] .pd-prose")).to_have_attribute("lang", "es")


def test_a_busy_port_is_one_clear_line(sample_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = polydesk("ui", "--port", str(port), POLYDESK_HOME=str(sample_home))
    assert done.returncode == 2
    assert re.fullmatch(rf"polydesk: port {port} is in use: .*--port\n", done.stderr)


def test_a_host_beyond_loopback_is_refused_while_there_is_no_sign_in(tmp_path: Path) -> None:
    done = polydesk("ui", POLYDESK_HOME=str(tmp_path), POLYDESK_HOST="0.0.0.0")  # noqa: S104  # the refusal is the test
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr and done.stderr.count("\n") == 1
    done = polydesk("ui", POLYDESK_HOME=str(tmp_path), POLYDESK_PUBLIC_URL="https://desk.example.com")
    assert done.returncode == 2 and "polydesk accounts add" in done.stderr


def test_every_address_at_once_needs_the_name_that_browsers_use_also_with_sign_in(tmp_path: Path) -> None:
    root = {"POLYDESK_HOME": str(tmp_path), "POLYDESK_NEW_PASSWORD": "correct horse battery"}
    assert polydesk("accounts", "add", "root", "--role", "administrator", **root).returncode == 0
    done = polydesk("ui", POLYDESK_HOST="0.0.0.0", **root)  # noqa: S104  # the refusal is the test
    assert done.returncode == 2 and "POLYDESK_PUBLIC_URL" in done.stderr


def test_a_setting_of_the_wrong_form_is_one_line_that_names_it(tmp_path: Path) -> None:
    done = polydesk("ui", POLYDESK_HOME=str(tmp_path), POLYDESK_NUM_CTX="many")
    assert done.returncode == 2
    assert done.stderr.startswith("polydesk: POLYDESK_NUM_CTX") and done.stderr.count("\n") == 1


def test_the_doctor_finds_what_is_needed_and_says_what_to_do_about_the_rest(sample_home: Path) -> None:
    done = polydesk("doctor", POLYDESK_HOME=str(sample_home))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "documents live today" in done.stdout
    assert "ollama serve" in done.stdout


def polydesk(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.main", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
