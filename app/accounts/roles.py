"""The roles and what each may do, from ``roles.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, model_validator

Role = Literal["agent", "operations", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
Permission = Literal[
    "chat.ask",
    "chat.read_all",
    "search.use",
    "tickets.read",
    "tickets.write",
    "changes.read",
    "changes.confirm",
    "knowledge.read",
    "knowledge.report",
    "knowledge.manage",
    "dashboard.read",
    "quality.read",
    "cases.read",
    "cases.work",
    "audit.read",
    "accounts.manage",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)


class Roles(BaseModel):
    """The file: each permission with what it allows, and each role with its permissions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    permissions: dict[Permission, str]
    roles: dict[Role, frozenset[Permission]]

    @model_validator(mode="after")
    def _complete(self) -> Roles:
        if missing := set(PERMISSIONS) - self.permissions.keys():
            raise ValueError(f"permissions lacks {', '.join(sorted(missing))}")
        if missing_roles := set(ROLES) - self.roles.keys():
            raise ValueError(f"roles lacks {', '.join(sorted(missing_roles))}")
        if "accounts.manage" not in self.roles["administrator"]:
            raise ValueError("administrator must have accounts.manage, or nobody could ever give it back")
        return self


@cache
def load_roles() -> Roles:
    """The shipped roles.

    :raises guardrails.errors.PolicyError: the file names an unknown role or permission, or lacks one.
    """
    from guardrails.yamlfile import load_yaml

    return load_yaml(Path(__file__).with_name("roles.yaml"), Roles)


def allows(role: Role, permission: Permission) -> bool:
    """Whether ``role`` may do what ``permission`` names."""
    return permission in load_roles().roles[role]
