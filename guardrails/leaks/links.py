"""Links in a text, written in any of the ways in which a reader or a program might follow them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

# Bare domains need a known ending: "z.B." and "days.The" are none. All of two letters, and those in common use.
_ENDINGS = (
    "com|net|org|info|biz|edu|gov|mil|int|app|dev|page|site|online|shop|store|xyz|top|club|live|icu|vip|win|work|link|click|"
    "zip|mov|cloud|tech|website|space|support|help|services|service|email|digital|global|world|today|news|blog|web|mobi|"
    "name|pro|asia|example|test|invalid|local|onion|рф|中国|公司|网络|भारत|ไทย|مصر|السعودية|xn--[a-z0-9-]+|[a-z]{2}"
)
_FILE_ENDINGS = frozenset({"md", "py", "sh", "pl", "ps", "so", "rs", "ai", "cc", "mo"})
_SCHEME = re.compile(
    r"(?<![a-z])(?P<scheme>[a-z][a-z0-9+.-]{1,20})\s?:\s?(?://|\\\\|/\\|\\/)\s?(?P<rest>[^\s<>\"'`()\[\]{}（）「」。、，；]+)"
    r"|(?<![a-z0-9:/])//(?P<bare>[^\s/<>\"'()]+\.[^\s<>\"'()]+)",
    re.I,
)
_WITHOUT_HOST = re.compile(
    r"(?<![a-z])(?P<scheme>javascript|data|vbscript|mailto|tel|sms|file|blob)\s?:\s?(?P<rest>[^\s<>\"')]+)", re.I
)
_DOMAIN = re.compile(
    rf"(?<![\w@.\-/:])(?P<host>(?:[\w](?:[\w-]{{0,61}}\w)?\.){{1,6}}(?:{_ENDINGS}))(?![\w-]|\.\w)(?P<rest>(?::\d+)?(?:[/?#][^\s<>\"'()\[\]]*)?)",
    re.I,
)
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?=[:/])")
_HIDDEN_DOT = re.compile(r"\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|\[punkt\]|\(punkt\))\s?", re.I)
_WIDE_DOT = re.compile(r"(?<=\w)[。．｡](?=[a-z])", re.I)
_TRAILING = ".,;:!?…*_~。、，；：！？।)]}»”’"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is written, with the host it leads to."""

    written: str
    scheme: str  # empty for a bare domain
    host: str  # in lower case, without user and port; empty for a scheme without a host
    has_user: bool = False  # "https://known.com@evil.com" shows one host and leads to another


def find_links(text: str) -> list[Link]:
    """Every link of ``text``, those within other links' parameters as well."""
    plain = _undisguised(text)
    links = [
        _link(match["rest"] or match["bare"], (match["scheme"] or "").lower()) for match in _SCHEME.finditer(plain)
    ]
    rest = _SCHEME.sub(" ", plain)
    links += [Link(f"{m['scheme']}:{m['rest']}", m["scheme"].lower(), "") for m in _WITHOUT_HOST.finditer(rest)]
    rest = _WITHOUT_HOST.sub(" ", rest)
    links += [Link(m["host"] + m["rest"].rstrip(_TRAILING), "", m["host"].lower()) for m in _bare_domains(rest)]
    links += [Link(match.group(), "", match.group()) for match in _IP.finditer(rest)]
    return links + [inner for link in links if link.host for inner in _within(link)]


def is_allowed(host: str, allowed: Sequence[str]) -> bool:
    """Whether ``host`` is one of ``allowed``, or under one that is written with a star."""
    host = host.removeprefix("www.")
    return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in allowed)


def is_given(link: Link, links: Iterable[Link]) -> bool:
    """Whether the evidence has this link: the very one, or its host without more."""
    written = _address(link)
    for other in links:
        given = _address(other)
        if given == written or (link.host and given.split("/")[0].split("?")[0] == written.rstrip("/")):
            return True
    return False


def _undisguised(text: str) -> str:
    text = "".join(
        character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) != "Cf"
    )
    return _WIDE_DOT.sub(".", _HIDDEN_DOT.sub(".", text)).replace("hxxp", "http")


def _link(rest: str, scheme: str) -> Link:
    rest = rest.rstrip(_TRAILING)
    authority = re.split(r"[/?#\\]", rest.replace("\\", "/"), maxsplit=1)[0]
    user, at, host = authority.rpartition("@")
    return Link(f"{scheme}://{rest}", scheme, re.sub(r":\d*$", "", host).lower().rstrip("."), bool(at and user))


def _bare_domains(text: str) -> Iterable[re.Match[str]]:
    for match in _DOMAIN.finditer(text):
        ending = match["host"].rpartition(".")[2]
        # "…days.To return": a capital after the full stop begins a sentence; "guide.md" is a file.
        begins_sentence = ending[:1].isupper() and not ending.isupper() and not match["rest"]
        is_file = ending.lower() in _FILE_ENDINGS and not match["rest"] and match["host"].count(".") == 1
        abbreviation = max(map(len, match["host"].split(".")[:-1])) < 2 and not match["rest"]  # "z.B.de"
        number = match["host"].split(".")[0].isdigit() and len(ending) == 2 and not match["rest"]  # "1.de"
        if not (begins_sentence or is_file or abbreviation or number):
            yield match


def _within(link: Link) -> list[Link]:
    """Links in the path or the parameters: an allowed host may lead on."""
    rest = unquote(unquote(link.written.removeprefix(f"{link.scheme}://").partition("/")[2]))
    return [_link(match["rest"] or match["bare"], (match["scheme"] or "").lower()) for match in _SCHEME.finditer(rest)]


def _address(link: Link) -> str:
    written = link.written.lower().rstrip("/")
    return re.sub(r"^(https?://)?(www\.)?", "", written)
