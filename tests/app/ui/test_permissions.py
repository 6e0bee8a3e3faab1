"""Every page, every action and every permission, as every role: what is not allowed is refused by the server.

A new page names its permission, and a new action is guarded, or a test here fails.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app.ui
from app.accounts.account import Account
from app.accounts.oidc import OidcSettings
from app.accounts.roles import PERMISSIONS, ROLES, Permission, Role, allows
from app.accounts.signing_in import open_sign_in
from app.accounts.visitor import RefusedError, Visitor
from app.audit.reading import last_records
from app.desk.inbox.intake import TicketIntake
from app.errors import AppError
from app.settings import Settings
from app.ui import case_view, page, places, visiting
from app.ui.accounts import accounts_view, sign_in_view
from app.ui.accounts.door import Door
from app.ui.places import PAGES, pages_for
from app.ui.resources import Desk, desk_on
from app.ui.wording import Words, words_for
from ingest.sources.tickets import read_ticket
from tests.app.accounts.people import visitor_of
from tests.app.ui.pages import LONGEST_S
from tests.support.fake_assistant import FakeAssistant

FOLDER = Path(app.ui.__file__).parent
REFUSED = words_for("en")("refused")
EVERYBODY: list[Visitor | None] = [*map(visitor_of, ROLES), None]

# Callbacks that change nothing but what this tab is looking at.
LOOKING = {
    "_open_case",
    "select_conversation", "open_place", "open_place if is_ticket else select_conversation", "close_dialog", "_choose",
    "_open_page", "_restart", "_show_more", "place.move", "place.turn", "st.login", "st.logout",
}  # fmt: skip
# What a page asks of the parts behind it without changing anything. All else stands in a function with @action.
READING = {
    "search", "model_name", "snapshot", "get", "list", "messages", "open_count", "teams", "may_change", "may_read",
    "require_own", "require_own_message", "require_readable_message", "is_ticket", "ticket", "choices", "corrections",
    "duplicates_of", "find", "before", "model", "of_conversation", "values", "candidates", "writing", "latest",
    "review", "beside", "of", "one", "read_by", "state", "unread", "summary", "touched", "open_drafts", "documents",
    "versions", "text", "differences", "runs", "candidate_count", "baseline",
    "numbers", "record",
}  # fmt: skip
# Changes whose guard is the owner of the conversation, which VisitorConversations asks for.
OWNED = {"create", "rename", "delete", "rate", "unrate"}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = desk_on(Settings(home=tmp_path), FakeAssistant(delay=0))
    door = Door(open_sign_in(tmp_path, 12), OidcSettings(), 12, is_shut=True)
    monkeypatch.setattr(page, "desk", lambda: desk)
    for module in (visiting, accounts_view, sign_in_view):
        monkeypatch.setattr(module, "door", lambda: door)
    yield desk
    desk.jobs.close()
    desk.conversations.close()


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[[Visitor | None], None]:
    def visit(visitor: Visitor | None) -> None:
        for module in (visiting, page):
            monkeypatch.setattr(module, "visitor", lambda: visitor)

    return visit


def opened(**address: str) -> AppTest:
    """The page as a browser with this address gets it."""
    test = AppTest.from_file(str(FOLDER / "chat.py"), default_timeout=LONGEST_S)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def html_of(test: AppTest) -> str:
    return "".join(element.proto.body for element in test.get("html"))


@pytest.mark.parametrize("role", ROLES)
def test_by_its_address_a_page_is_drawn_for_the_roles_that_may_see_it_and_refused_to_the_others(
    role: Role, desk: Desk, visit: Callable[[Visitor | None], None]
) -> None:
    visitor = visitor_of(role)
    visit(visitor)
    for each in PAGES:
        test = opened(**{each.place: ""})
        assert not test.exception, each.place
        assert (REFUSED in html_of(test)) is not allows(role, each.permission), each.place
        offered = {button.key for button in test.sidebar.button}
        assert (f"go-{each.place}" in offered) is allows(role, each.permission), each.place


def test_who_is_not_signed_in_gets_the_form_and_nothing_else_at_every_address(
    desk: Desk, visit: Callable[[Visitor | None], None]
) -> None:
    visit(None)
    conversation = desk.conversations.create("a secret title")
    addresses: list[dict[str, str]] = [{}, {"c": conversation.id}, *({str(each.place): ""} for each in PAGES)]
    for address in addresses:
        test = opened(**address)
        html = html_of(test)
        assert 'action="/sign-in"' in html and "secret" not in html
        assert not test.sidebar.button and not test.button and not test.chat_input


def test_a_refused_page_is_not_even_begun(desk: Desk, visit: Callable[[Visitor | None], None]) -> None:
    words = words_for("en")
    for role in ROLES:
        for each in PAGES:
            drawn: list[str] = []

            def draw(_desk: Desk, _words: Words, drawn: list[str] = drawn) -> None:
                drawn.append("drawn")

            spied = replace(each, show=draw)
            places.show_place(spied, desk, visitor_of(role), words)
            assert bool(drawn) is allows(role, each.permission)
        assert [each.place for each in pages_for(visitor_of(role))] == [
            each.place for each in PAGES if allows(role, each.permission)
        ]


def test_every_action_is_refused_to_every_role_that_lacks_its_permission(
    visit: Callable[[Visitor | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    actions = dict(visiting.ACTIONS)
    assert len(actions) >= 9
    problems: list[AppError] = []
    reached: list[Permission] = []
    monkeypatch.setattr(visiting, "say_problem", problems.append)
    monkeypatch.setattr(visiting, "ACTIONS", {})  # the probe below is none of the page's
    for name, (guarded, permission) in actions.items():
        probe = visiting.action(permission)(lambda permission=permission: reached.append(permission))
        takes = len(inspect.signature(guarded).parameters)
        for visitor in EVERYBODY:
            visit(visitor)
            problems.clear()
            reached.clear()
            probe()
            if visitor is not None and allows(visitor.account.role, permission):
                assert (reached, problems) == ([permission], []), name
            else:
                guarded(*[object()] * takes)  # its inside would fail on what these objects lack
                assert not reached and len(problems) == 2, name


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_every_permission_is_required_of_every_role_alike(
    permission: str, visit: Callable[[Visitor | None], None]
) -> None:
    wanted = next(each for each in PERMISSIONS if each == permission)
    for role in ROLES:
        visit(visitor_of(role))
        if allows(role, wanted):
            assert visiting.require(wanted).account.role == role
        else:
            with pytest.raises(RefusedError, match=permission):
                visiting.require(wanted)
    locked = Visitor(Account(name="x", display_name="X", role="administrator", locked=True))
    with pytest.raises(RefusedError):
        locked.require(wanted)


def test_a_question_and_a_search_read_what_the_account_may_read(
    desk: Desk, visit: Callable[[Visitor | None], None]
) -> None:
    assert isinstance(desk.assistant, FakeAssistant)
    visit(visitor_of("agent", "ana", audience="sales"))
    test = opened()
    test.chat_input[0].set_value("How long does a refund take?").run()
    conversation = desk.conversations.list()[0]
    desk.jobs.wait(desk.conversations.messages(conversation.id)[-1].id, LONGEST_S)
    assert conversation.owner == "ana"
    opened(search="refund")
    assert [question.audience for question in desk.assistant.asked] == ["sales", "sales"]

    visit(visitor_of("agent", "ben"))
    test = opened(c=conversation.id)
    assert "does not exist" in html_of(test) and "refund" not in html_of(test)
    visit(visitor_of("auditor"))
    test = opened(c=conversation.id)
    assert "How long does a refund take?" in html_of(test)
    assert not test.chat_input and not test.feedback and not test.get("menu_button")


def test_a_case_is_there_for_those_alone_who_may_read_what_was_found_for_it(
    desk: Desk, visit: Callable[[Visitor | None], None]
) -> None:
    visit(visitor_of("agent", "ana", audience="manager"))
    opened().chat_input[0].set_value("كم مدة الضمان؟ دفعت 9000 ريال سعودي").run()
    message = desk.conversations.messages(desk.conversations.list()[0].id)[-1]
    desk.jobs.wait(message.id, LONGEST_S)
    case = desk.escalations.list()[0]
    assert case.packet.audience == "manager"

    visit(visitor_of("agent", "ben"))
    assert "9000" not in html_of(opened(queue=""))
    test = opened(queue=str(case.id))
    assert "does not exist" in html_of(test) and "9000" not in html_of(test)
    case_view._move(desk, case, "close")
    assert desk.escalations.get(case.id).state == "open"
    visit(visitor_of("agent", "cleo", audience="manager"))
    assert "9000" in html_of(opened(queue=""))
    test = opened(queue=str(case.id))
    assert "9000" in html_of(test) and "case-conversation" not in {button.key for button in test.button}
    next(button for button in test.button if button.label == "I look after it").click().run()
    taken = desk.escalations.get(case.id)
    assert (taken.state, taken.acknowledged_by) == ("acknowledged", "Cleo")
    visit(visitor_of("auditor", audience="manager"))
    test = opened(queue=str(case.id))
    assert "9000" in html_of(test) and not test.text_area


def test_a_draft_is_there_for_those_alone_who_may_read_what_it_cites(
    desk: Desk, visit: Callable[[Visitor | None], None]
) -> None:
    message = {"author": "customer", "text": "Kann ich sie zurückgeben?"}
    line = json.dumps({"id": "T-1", "customer_id": "C-1", "language": "de", "messages": [message]}).encode()
    taken = TicketIntake(desk.conversations.sessions, "lines").take(read_ticket(line), "de")
    desk.drafts.start(taken.conversation_id, desk.inbox.tickets.ticket(taken.conversation_id), audience="manager")
    desk.drafts.wait(taken.conversation_id, LONGEST_S)
    for audience, is_there in (("agent", False), ("manager", True)):
        visit(visitor_of("agent", "ana", audience=audience))
        test = opened(tickets=taken.conversation_id)
        assert not test.exception
        assert ("30 Tagen" in html_of(test)) is is_there, audience
        assert any("30 Tagen" in area.value for area in test.text_area if area.value) is is_there, audience


def test_an_answer_has_its_words_on_the_dashboard_for_those_alone_who_may_read_its_conversation(
    desk: Desk, visit: Callable[[Visitor | None], None]
) -> None:
    visit(visitor_of("agent", "ana"))
    opened().chat_input[0].set_value("How long does a refund take?").run()
    message = desk.conversations.messages(desk.conversations.list()[0].id)[-1]
    desk.jobs.wait(message.id, LONGEST_S)
    assert REFUSED in html_of(opened(dashboard=str(message.id)))

    def times_opened() -> int:
        with desk.conversations.sessions.read() as session:
            return len(last_records(session, 100, action="conversation.opened"))

    opened_by_ana = times_opened()
    for visitor, is_there in ((visitor_of("operations"), False), (visitor_of("auditor"), True)):
        visit(visitor)
        for address in ("", str(message.id)):
            test = opened(dashboard=address)
            assert not test.exception
            assert ("How long does a refund take?" in html_of(test)) is is_there, (visitor.account.role, address)
        assert ("business days" in html_of(test)) is is_there
        assert "Time by step" in html_of(test)
        assert times_opened() == opened_by_ana + is_there  # what was read is on record


def sources() -> list[Path]:
    return sorted(FOLDER.rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_guarded(function: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Call) and ast.unparse(each.func) == "action" for each in function.decorator_list)


def test_every_callback_of_every_page_is_guarded_or_changes_nothing() -> None:
    guarded = {
        node.name for path in sources() for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and is_guarded(node)
    }  # fmt: skip
    callbacks = {
        ast.unparse(keyword.value)
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("on_click", "on_change", "on_submit", "on_dismiss", "on_select")
    }
    assert len(callbacks) > 8
    assert callbacks - guarded - LOOKING - {"on_change", "on_click"} == set()


def test_what_changes_something_stands_in_a_guarded_function() -> None:
    loose: list[str] = []
    for path in sources():
        for function in ast.walk(parsed(path)):
            if not isinstance(function, ast.FunctionDef) or is_guarded(function):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                    part, method = ast.unparse(call.func.value), call.func.attr
                    allowed = READING | OWNED if part.startswith("mine(") else READING
                    if re.match(r"(\w+\.)?_?(desk|parts)\.|mine\(", part) and method not in allowed:
                        loose.append(f"{path.name}: {part}.{method} in {function.name}")
    assert loose == []


def test_no_page_reaches_the_conversations_but_as_its_visitor() -> None:
    reaching = [
        f"{path.name}: {ast.unparse(node)}"
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == "conversations" and path.name != "visiting.py"
    ]
    assert reaching == []


def test_every_question_of_a_page_says_what_may_be_read() -> None:
    questions = [
        node
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Question"
    ]
    assert len(questions) >= 2
    assert all("audience" in {keyword.arg for keyword in node.keywords} for node in questions)
