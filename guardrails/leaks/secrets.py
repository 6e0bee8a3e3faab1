"""Keys, tokens and passwords in a text, by their known forms and by how random they look."""

from __future__ import annotations

import math
import re
from collections import Counter

# The published forms of the services' own keys.
_KNOWN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])(?:sk|pk|rk)[-_](?:live_|test_|proj-|ant-|or-)?[A-Za-z0-9_-]{16,}"
    r"|(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}"
    r"|(?<![A-Za-z0-9])AIza[\w-]{30,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|[a-z][a-z0-9+]*://[^\s:/@]+:[^\s@/]{3,}@[^\s]+|[Bb]earer\s+[\w.~+/-]{16,}=*"
)
# "password" in the languages of the sample, with a value set beside it.
_NAMED = re.compile(
    r"(?:pass(?:word|wd|phrase|code)|api[ _-]?(?:key|token)|secret(?:[ _-]?key)?|access[ _-]?(?:key|token)|"
    r"private[ _-]?key|"
    r"passwort|kennwort|zugangscode|mot de passe|contraseña|clave|senha|palavra-passe|parola d'ordine|hasło|haslo|"
    r"wachtwoord|"
    r"пароль|şifre|parola|كلمة المرور|كلمة السر|पासवर्ड|パスワード|暗証番号|密码|密碼|口令|รหัสผ่าน|\bPIN\b)"
    r"[^\w\n]{0,3}(?:\s?(?:is|ist|lautet|est|es|è|é|to|brzmi|jest|هي|है|は|は、|是|为|คือ)\s?|\s*[:=：＝]\s*)[^\w\n]{0,3}"
    r"(?P<value>(?=\S*[\d!@#$%^&*_+-])[^\s,;。、）)\"'”»]{4,})",
    re.I,
)
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,}")


def find_secret(text: str, evidence: str, bits: float) -> str | None:
    """Why ``text`` has a secret, without the secret itself; None where it has none.

    What the evidence has may be told (a device's first PIN stands in its manual), except keys of a known form.

    :param bits: entropy a character from which a long token is taken for a secret.
    """
    if _KNOWN.search(text):
        return "it has the form of a key or token"
    for match in _NAMED.finditer(text):
        if match["value"] not in evidence:
            return "it gives a password or code that no passage has"
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token not in evidence and _is_random(token, bits):
            return "it has a long random string that no passage has"
    return None


def _is_random(token: str, bits: float) -> bool:
    if _HEXADECIMAL.fullmatch(token):
        return True
    kinds = sum(bool(re.search(kind, token)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds == 3 and entropy(token) >= bits


def entropy(token: str) -> float:
    """Shannon entropy of the characters of ``token``, in bits a character."""
    counts = Counter(token).values()
    return -sum(count / len(token) * math.log2(count / len(token)) for count in counts)
