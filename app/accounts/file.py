"""The accounts, in ``accounts.yaml`` under the home: readable by its owner alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.accounts.account import OIDC_PREFIX, Account
from app.accounts.passwords import hashed, is_hash
from app.accounts.roles import Role
from app.audit.actions import Action
from app.audit.recorder import Recorder
from app.errors import AppUserError

_FILE = "accounts.yaml"
_LOCK_SECONDS = 30.0


def _usable_hash(text: str | None) -> str | None:
    if text is not None and not is_hash(text):
        raise ValueError("the password's hash is damaged: set a new one with `polydesk accounts password`")
    return text


class KeptAccount(Account):
    """An account with the hash of its password; without one, an identity provider vouches for it."""

    password: Annotated[str | None, AfterValidator(_usable_hash)] = Field(default=None, repr=False)

    def without_password(self) -> Account:
        """The account as the rest of the house sees it."""
        return Account.model_validate(self.model_dump(exclude={"password"}))


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid")

    accounts: list[KeptAccount] = []
    oidc_roles: dict[str, Role] = {}  # what the identity provider's claim says, and the role it stands for

    @model_validator(mode="after")
    def _each_once(self) -> _Content:
        names = [each.name for each in self.accounts]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))} stands there twice")
        return self


class AccountFile:
    """Reads and changes the accounts; safe from any thread and process.

    :param recorder: keeps what is changed, before it is; nobody does when None.
    :raises AppUserError: from every method, when the file cannot be read or is not valid.
    """

    def __init__(self, home: Path, recorder: Recorder | None = None) -> None:
        self.path = home / _FILE
        self._recorder = recorder
        self._known: tuple[tuple[int, int, int], _Content] | None = None
        self._lock = threading.Lock()

    def all(self) -> list[KeptAccount]:
        """All accounts, by name."""
        return sorted(self._content().accounts, key=lambda each: each.name)

    def find(self, name: str) -> KeptAccount | None:
        """The account of that name, which is compared without regard to case."""
        return next((each for each in self._content().accounts if each.name == name.strip().lower()), None)

    def oidc_roles(self) -> dict[str, Role]:
        """Which role a value of the identity provider's claim stands for."""
        return self._content().oidc_roles

    def add(self, account: Account, password: str | None) -> None:
        """Add an account.

        :raises AppUserError: there is one of that name, or the password is too short.
        """
        if (password is None) != account.name.startswith(OIDC_PREFIX):
            raise AppUserError(f"{account.name}: only accounts of the identity provider go without a password")
        kept = KeptAccount(**account.model_dump(), password=None if password is None else hashed(password))
        with self._changing() as content:
            if any(each.name == account.name for each in content.accounts):
                raise AppUserError(f"there is an account {account.name} already: choose another name")
            content.accounts.append(kept)
            self._record("account.added", kept.name, role=kept.role, audience=kept.audience)

    def set_password(self, name: str, password: str) -> None:
        new = hashed(password)
        self._change(name, lambda account: account.model_copy(update={"password": new}), field="password")

    def set_role(self, name: str, role: Role) -> None:
        self._change(name, lambda account: account.model_copy(update={"role": role}), field="role", value=role)

    def set_audience(self, name: str, audience: str) -> None:
        self._change(name, lambda account: _checked(account, audience=audience), field="audience", value=audience)

    def set_language(self, name: str, language: str | None) -> None:
        self._change(name, lambda account: _checked(account, language=language), field="language", value=language)

    def set_locked(self, name: str, locked: bool) -> None:
        self._change(name, lambda account: account.model_copy(update={"locked": locked}), field="locked", value=locked)

    def remove(self, name: str) -> None:
        self._change(name, lambda _account: None)

    def _change(self, name: str, change: Callable[[KeptAccount], KeptAccount | None], **how: str | bool | None) -> None:
        with self._changing() as content:
            before = next((each for each in content.accounts if each.name == name.strip().lower()), None)
            if before is None:
                raise AppUserError(f"there is no account {name}: look at `polydesk accounts list`")
            after = change(before)
            content.accounts = [
                each for each in (after if each is before else each for each in content.accounts) if each is not None
            ]
            if _is_administrator(before) and not any(map(_is_administrator, content.accounts)):
                raise AppUserError(
                    f"{before.name} is the last administrator who can sign in: make somebody else one first"
                )
            self._record("account.changed" if after else "account.removed", before.name, **how)

    def _record(self, action: Action, name: str, **how: str | bool | None) -> None:
        """Before the change is written: what cannot be recorded is not done."""
        if self._recorder is not None:
            self._recorder.record(action, f"account:{name}", how)

    @contextmanager
    def _changing(self) -> Iterator[_Content]:
        from filelock import FileLock, Timeout

        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=_LOCK_SECONDS):
                content = self._content().model_copy(deep=True)
                yield content
                self._write(content)
        except Timeout:
            raise AppUserError(f"{self.path}: somebody else is changing the accounts; try again") from None

    def _content(self) -> _Content:
        with self._lock:
            try:
                status = self.path.stat()
            except FileNotFoundError:
                self._known = None
                return _Content()
            except OSError as error:
                raise AppUserError(f"{self.path} cannot be read: {error.strerror}") from None
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
            if self._known is None or self._known[0] != seen:
                self._known = seen, _read(self.path)
            return self._known[1]

    def _write(self, content: _Content) -> None:
        import yaml

        text = yaml.safe_dump(content.model_dump(exclude_none=True), allow_unicode=True, sort_keys=False)
        beside = self.path.with_name(f".{_FILE}.new")
        try:
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(self.path)
        except OSError as error:
            raise AppUserError(f"{self.path} cannot be written: {error.strerror}") from None


def _is_administrator(account: KeptAccount) -> bool:
    return account.role == "administrator" and not account.locked and account.password is not None


def _checked(account: KeptAccount, **values: str | None) -> KeptAccount:
    try:
        return KeptAccount.model_validate(account.model_dump() | values)
    except ValidationError as error:
        raise AppUserError(said_of(error)) from None


def said_of(error: ValidationError) -> str:
    """What is wrong with an account, on one line."""
    first = error.errors()[0]
    return first["msg"].removeprefix("Value error, ")


def _read(path: Path) -> _Content:
    from guardrails.errors import PolicyError
    from guardrails.yamlfile import load_yaml

    try:
        return load_yaml(path, _Content)
    except PolicyError as error:
        raise AppUserError(" ".join(str(error).split())) from None
