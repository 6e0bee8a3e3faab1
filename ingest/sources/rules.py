"""The rules that hold for the files below a folder, from every ``polydesk.yaml`` around and inside it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.errors import IngestUserError
from ingest.sources.patterns import comparable
from ingest.sources.rules_file import RULES_FILE, RulesFile, read_rules


@dataclass(frozen=True)
class Ruled:
    """What the rules say about one file.

    :param fields: values by the name of the :class:`~ingest.documents.SourceItem` field.
    :param enforced: those of them that nothing else may change.
    """

    ignored: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    enforced: tuple[str, ...] = ()


@dataclass(frozen=True)
class FolderRules:
    """Every rule file that concerns a folder, by the folder it lies in.

    Rules of folders above count too, so that a file is under the same rules whichever
    folder an ingest is started for.
    """

    by_folder: dict[Path, RulesFile]
    _chains: dict[str, list[tuple[Path, RulesFile]]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def above(cls, folder: Path) -> FolderRules:
        """The rule files in ``folder``, an absolute one, and in those that it lies in; errors as :meth:`around`."""
        found = {each: _rules_in(each) for each in (*reversed(folder.parents), folder)}
        return cls({each: rules for each, rules in found.items() if rules is not None})

    @classmethod
    def around(cls, root: Path) -> FolderRules:
        """The rule files above and below ``root``, an absolute folder.

        :raises IngestUserError: one of them cannot be used; then nothing below ``root`` may be.
        """
        found = dict(cls.above(root).by_folder)
        for above, folders, files in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            if Path(above) != root and any(map(_is_rules_name, files)):
                rules = _rules_in(Path(above))
                found |= {Path(above): rules} if rules is not None else {}
        return cls(found)

    def about(self, file: Path, inside: str = "") -> Ruled:
        """What holds for a file; the last rule that matches wins in each field, and nearer files are later.

        :param inside: the path of a member when ``file`` is an archive.
        """
        values: dict[str, Any] = {}
        enforced: set[str] = set()
        for folder, rules in self._above(os.path.dirname(file)):  # noqa: PTH120  # for thousands of files
            path = comparable(PurePosixPath(file.relative_to(folder), *filter(None, [inside])).as_posix())
            firm: set[str] = set()
            for rule in rules.rules:
                if not rule.match.fullmatch(path):
                    continue
                for name, value in rule.said().items():
                    if name in enforced or (name in firm and not rule.enforce):
                        continue
                    values[name] = value
                    firm |= {name} if rule.enforce else set()
            enforced |= firm
        ignored = bool(values.pop("ignore", False))
        names = {"customer": "customer_id"}
        fields = {names.get(name, name): value for name, value in values.items()}
        return Ruled(ignored, fields, tuple(sorted(names.get(name, name) for name in enforced - {"ignore"})))

    def name_patterns(self, folder: Path) -> tuple[re.Pattern[str], ...]:
        """How files in ``folder`` are named, by the nearest file of rules that says so."""
        for _, rules in reversed(self._above(os.fspath(folder))):
            if rules.name_pattern:
                return rules.name_pattern
        return ()

    def _above(self, folder: str) -> list[tuple[Path, RulesFile]]:
        """The rule files that concern ``folder``, the farthest first."""
        if folder not in self._chains:
            above = (*reversed(Path(folder).parents), Path(folder))
            self._chains[folder] = [(each, self.by_folder[each]) for each in above if each in self.by_folder]
        return self._chains[folder]


def _rules_in(folder: Path) -> RulesFile | None:
    try:
        names = [name for name in os.listdir(folder) if _is_rules_name(name)]  # noqa: PTH208  # names alone
    except PermissionError:  # it may still be that the one file can be read by its name
        names = [RULES_FILE] if os.path.lexists(folder / RULES_FILE) else []
    except OSError:
        return None
    if not names:
        return None
    for name in names:
        if name != RULES_FILE:
            raise IngestUserError(f"{folder / name}: call it {RULES_FILE}, or its rules would not be known")
    return read_rules(folder / RULES_FILE)


def _is_rules_name(name: str) -> bool:
    return name.lower() in (RULES_FILE, "polydesk.yml")
