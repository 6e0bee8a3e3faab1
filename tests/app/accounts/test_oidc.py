"""What an identity provider says, and the account that comes of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.accounts.file import AccountFile
from app.accounts.oidc import OidcSettings, account_of_claims, load_oidc_settings
from app.errors import AppUserError

VALUES = {
    "CLIENT_ID": "desk",
    "CLIENT_SECRET": "client-secret-value",
    "METADATA_URL": "https://id.example.com/.well-known/openid-configuration",
    "COOKIE_SECRET": "c" * 40,
    "REDIRECT_URI": "https://desk.example.com/oauth2callback",
}
SETTINGS = OidcSettings(client_id="desk", role_claim="groups", audience_claim="reads")


@pytest.fixture
def mapped(accounts: AccountFile) -> AccountFile:
    accounts.path.write_text(
        accounts.path.read_text().replace("oidc_roles: {}", "oidc_roles: {support: agent, boss: administrator}")
    )
    return accounts


def claims(**more: object) -> dict[str, object]:
    return {"sub": "4711", "iat": time.time() - 60, "name": "Ana  Lima", "groups": ["support"], **more}


def test_a_mapped_claim_makes_an_account_with_what_the_provider_says(mapped: AccountFile) -> None:
    account = account_of_claims(claims(reads="manager"), SETTINGS, mapped, 12)
    assert account is not None
    assert (account.name, account.display_name, account.role, account.audience) == (
        "oidc:4711", "Ana Lima", "agent", "manager",
    )  # fmt: skip
    both = account_of_claims(claims(groups=["boss", "support", 7]), SETTINGS, mapped, 12)
    assert both is not None and (both.role, both.audience) == ("administrator", "agent")


@pytest.mark.parametrize(
    "wrong",
    [
        {"groups": ["strangers"]}, {"groups": None}, {"groups": {"support": 1}}, {"sub": ""}, {"sub": 5},
        {"iat": 0}, {"iat": None}, {"iat": time.time() - 13 * 3600}, {"iat": time.time() + 9000},
        {"reads": "two words"},
    ],
)  # fmt: skip
def test_whoever_has_no_role_here_or_signed_in_too_long_ago_is_nobody(
    mapped: AccountFile, wrong: dict[str, object]
) -> None:
    assert account_of_claims(claims(**wrong), SETTINGS, mapped, 12) is None


def test_no_claim_makes_somebody_a_local_account(mapped: AccountFile) -> None:
    for subject in ("root", "oidc:root", "ROOT", " root"):
        account = account_of_claims(claims(sub=subject), SETTINGS, mapped, 12)
        assert account is not None and account.name.startswith("oidc:") and account.role == "agent"
    upper = account_of_claims(claims(sub="AB"), SETTINGS, mapped, 12)
    lower = account_of_claims(claims(sub="ab"), SETTINGS, mapped, 12)
    assert upper is not None and lower is not None and upper.name != lower.name


def test_an_account_in_the_file_goes_before_the_claims_and_can_be_locked(mapped: AccountFile) -> None:
    account = account_of_claims(claims(), SETTINGS, mapped, 12)
    assert account is not None
    mapped.add(account.model_copy(update={"role": "auditor"}), None)
    kept = account_of_claims(claims(), SETTINGS, mapped, 12)
    assert kept is not None and kept.role == "auditor"
    mapped.set_locked("oidc:4711", True)
    assert account_of_claims(claims(), SETTINGS, mapped, 12) is None


def test_all_settings_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_oidc_settings().is_configured
    for name, value in VALUES.items():
        monkeypatch.setenv(f"POLYDESK_OIDC_{name}", value)
    settings = load_oidc_settings()
    assert settings.is_configured and settings.secrets()["auth"]["client_secret"] == VALUES["CLIENT_SECRET"]
    assert VALUES["CLIENT_SECRET"] not in repr(settings) and VALUES["COOKIE_SECRET"] not in str(settings)
    for name, value, said in (
        ("CLIENT_SECRET", "", "POLYDESK_OIDC_CLIENT_SECRET"),
        ("CLIENT_ID", "", "POLYDESK_OIDC_CLIENT_ID"),
        ("COOKIE_SECRET", "short", "32"),
        ("REDIRECT_URI", "https://desk.example.com/", "/oauth2callback"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(f"POLYDESK_OIDC_{name}", value)
            with pytest.raises(AppUserError, match=said) as error:
                load_oidc_settings()
            assert VALUES["CLIENT_SECRET"] not in str(error.value)


def test_a_kept_file_still_maps_after_a_change(mapped: AccountFile, tmp_path: Path) -> None:
    mapped.set_role("ana", "auditor")
    assert AccountFile(tmp_path).oidc_roles() == {"support": "agent", "boss": "administrator"}
