"""Roles are data, and a file that says something else than the code knows is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.accounts.audiences import covers
from app.accounts.roles import PERMISSIONS, ROLES, Roles, allows, load_roles

SHIPPED = load_roles()


def test_an_administrator_may_everything_and_nobody_else_manages_accounts() -> None:
    assert SHIPPED.roles["administrator"] == frozenset(PERMISSIONS)
    assert [role for role in ROLES if allows(role, "accounts.manage")] == ["administrator"]


def test_an_auditor_reads_and_changes_nothing() -> None:
    assert {permission for permission in PERMISSIONS if allows("auditor", permission)} == {
        "chat.read_all", "search.use", "tickets.read", "changes.read", "knowledge.read", "cases.read",
        "dashboard.read", "quality.read", "audit.read",
    }  # fmt: skip


def test_nobody_below_the_auditor_reads_what_others_asked() -> None:
    assert not allows("agent", "chat.read_all") and not allows("operations", "chat.read_all")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"roles": {"boss": []}}, "roles"),
        ({"roles": {"agent": []}}, "roles lacks"),
        ({"roles": {**SHIPPED.roles, "agent": ["chat.shout"]}}, "chat.ask"),
        ({"roles": {**SHIPPED.roles, "administrator": []}}, "accounts.manage"),
        ({"permissions": {"chat.ask": "Ask"}}, "permissions lacks"),
        ({"more": 1}, "more"),
    ],
)
def test_a_file_with_a_mistake_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Roles.model_validate({"permissions": SHIPPED.permissions, "roles": SHIPPED.roles} | change)


@pytest.mark.parametrize(
    ("reader", "audience", "covered"),
    [
        ("agent", "agent", True), ("manager", "agent", True), ("agent", "all", True), ("sales", "all", True),
        ("sales", "sales", True), ("agent", "manager", False), ("all", "agent", False), ("agent", "sales", False),
        ("sales", "agent", False), ("manager", "sales", False),
    ],
)  # fmt: skip
def test_what_was_found_for_others_is_covered_only_by_the_same_or_a_wider_audience(
    reader: str, audience: str, covered: bool
) -> None:
    assert covers(reader, audience) is covered
