"""The house stands as it was drawn: imports point downwards, files are small, heavy libraries wait for their use."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Set
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY
from tests.support.patience import PATIENCE_S

MAY_IMPORT = {
    "ingest": set[str](),
    "prompts": set[str](),
    "guardrails": set[str](),
    "app": {"ingest", "prompts", "guardrails"},
    "eval": {"app", "ingest", "prompts", "guardrails"},
    "tests": {"eval", "app", "ingest", "prompts", "guardrails"},
}
ROOMS = [room for room in MAY_IMPORT if room != "tests"]
MOST_LINES = 400
HEAVY = {
    "chromadb",
    "langchain",
    "langchain_core",
    "langchain_mistralai",
    "langchain_ollama",
    "langchain_openai",
    "lingua",
    "onnx",
    "onnxruntime",
    "openai",
    "pandas",
    "ray",
    "sentence_transformers",
    "spacy",
    "streamlit",
    "torch",
    "transformers",
    "unstructured",
}
AT_TOP_LEVEL = {("app/ui/", "streamlit")}  # pages, which Streamlit itself runs
MUST_NOT_LOAD = ("torch", "streamlit", "chromadb", "unstructured", "spacy", "langchain", "langchain_core", "lingua")


def sources(*rooms: str) -> list[Path]:
    return [file for room in rooms for file in sorted((REPOSITORY / room).rglob("*.py"))]


def shown(file: Path) -> str:
    return file.relative_to(REPOSITORY).as_posix()


def module_name(file: Path) -> str:
    return shown(file).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def imports(nodes: Iterable[ast.AST], package: str) -> list[str]:
    """The modules imported by ``nodes``, and for ``from x import y`` also ``x.y``, which may be one."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join([*parents[: len(parents) - node.level + 1], *filter(None, [node.module])])
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found


def package_of(file: Path) -> str:
    name = module_name(file)
    return name if file.name == "__init__.py" else name.rpartition(".")[0]


def all_imports(file: Path) -> set[str]:
    """Every import in the file, those inside functions included."""
    return set(imports(ast.walk(parsed(file)), package_of(file)))


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def executed_at_import(file: Path) -> list[ast.stmt]:
    """The statements that run when the module is imported: not in functions, not for type checkers alone."""
    found: list[ast.stmt] = []
    waiting: list[ast.AST] = list(parsed(file).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            found.append(node)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.expr):
            waiting += ast.iter_child_nodes(node)
    return found


def test_no_room_imports_from_above() -> None:
    upwards = [
        f"{shown(file)} imports {name}"
        for room, below in MAY_IMPORT.items()
        for file in sources(room)
        for name in sorted(all_imports(file))
        if (root := name.split(".")[0]) in MAY_IMPORT and root not in below | {room}
    ]
    assert upwards == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    modules = {module_name(file): file for file in sources(*ROOMS)}
    graph = {name: imported_modules(file, modules.keys()) for name, file in modules.items()}
    assert sum(map(len, graph.values())) > len(graph)  # the imports were found at all
    assert cycle(graph) == []


def imported_modules(file: Path, modules: Set[str]) -> list[str]:
    """The modules that ``file`` imports; ``from package import module`` imports the module, not the package."""
    found: set[str] = set()
    for node in ast.walk(parsed(file)):
        base, *names = imports([node], package_of(file)) or [""]
        if isinstance(node, ast.ImportFrom) and all(name in modules for name in names):
            found |= set(names)
        else:
            found |= {base, *names} & modules
    return sorted(found - {module_name(file)})


def cycle(graph: dict[str, list[str]]) -> list[str]:
    """The modules of one circle, in order; none when there is no circle."""
    finished: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in finished:
            return []
        for other in graph[name]:
            if found := visit(other, [*path, name]):
                return found
        finished.add(name)
        return []

    return next((found for name in graph if (found := visit(name, []))), [])


def test_a_circle_would_be_seen() -> None:
    assert cycle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c", "b"]
    assert cycle({"a": ["b", "c"], "b": ["c"], "c": []}) == []


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {shown(file): len(file.read_text(encoding="utf-8").splitlines()) for file in sources(*MAY_IMPORT)}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_every_package_says_what_it_is_for() -> None:
    silent = [
        shown(file)
        for file in sources(*ROOMS)
        if file.read_text(encoding="utf-8").strip() and ast.get_docstring(parsed(file)) is None
    ]
    assert silent == []


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    eager = {
        (shown(file), root)
        for file in sources(*ROOMS)
        for name in imports(executed_at_import(file), package_of(file))
        if (root := name.split(".")[0]) in HEAVY
    }
    allowed = {
        (file, root)
        for file, root in eager
        for folder, heavy in AT_TOP_LEVEL
        if file.startswith(folder) and root == heavy
    }
    assert eager - allowed == set()
    assert {root for _file, root in allowed} == {heavy for _folder, heavy in AT_TOP_LEVEL}  # no stale exception


def test_asking_for_help_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "app.main", "--help"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert "ingest" in done.stdout and "ask" in done.stdout
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "typer" in loaded
    assert loaded & set(MUST_NOT_LOAD) == set()


def data_files(*suffixes: str) -> list[Path]:
    folders = [*(REPOSITORY / room for room in ROOMS), REPOSITORY / "tests" / "support"]
    return [file for folder in folders for file in sorted(folder.rglob("*")) if file.suffix in suffixes]


@pytest.mark.parametrize("file", data_files(".yaml", ".yml"), ids=shown)
def test_every_yaml_file_can_be_read(file: Path) -> None:
    parts = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))  # manifests have several
    assert parts and all(parts), "an empty data file"


@pytest.mark.parametrize("file", data_files(".json", ".jsonl"), ids=shown)
def test_every_json_file_can_be_read(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for part in text.splitlines() if file.suffix == ".jsonl" else [text]:
        assert json.loads(part), "an empty data file"
