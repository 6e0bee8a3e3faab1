"""What stands in app/deploy is well-formed, names real settings and real commands, and runs with few rights."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from app.main import build
from app.settings import Settings
from tests.app.deploy.manifests import flaws
from tests.conftest import REPOSITORY

DEPLOY = REPOSITORY / "app" / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
UNITS = sorted((DEPLOY / "systemd").glob("polydesk*.service"))
# The Compose specification's own schema, Apache-2.0: https://github.com/compose-spec/compose-spec
SCHEMA = Path(__file__).with_name("compose-spec.json")
POLYDESK = "/opt/polydesk/.venv/bin/polydesk"
OURS = {"app", "eval", "guardrails", "ingest", "prompts"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return found


def manifests() -> list[dict[str, Any]]:
    folder = DEPLOY / "kubernetes"
    named = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert set(named) | {"kustomization.yaml"} == {file.name for file in folder.iterdir()}
    texts = [(folder / name).read_text(encoding="utf-8") for name in named]
    return [found for text in texts for found in yaml.safe_load_all(text)]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The pods of everything that runs, by its name."""
    for found in manifests():
        spec = found.get("spec", {})
        if template := spec.get("template") or spec.get("jobTemplate", {}).get("spec", {}).get("template"):
            yield found["metadata"]["name"], template["spec"]


def commands() -> list[list[str]]:
    """The arguments of every ``polydesk`` that is started anywhere, comments included."""
    found = [service["command"] for service in compose()["services"].values() if service.get("image") == "polydesk"]
    found += [
        each["args"] for _name, pod in pods() for each in pod["containers"] if each["image"].startswith("polydesk:")
    ]
    for file in UNITS:
        found += re.findall(rf"^ExecStart={POLYDESK} (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    for file in (COMPOSE, DEPLOY / "kubernetes" / "kustomization.yaml"):
        told = re.findall(r"^#.*(?:--rm command|-- polydesk) (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        found += told
    return [shlex.split(each) if isinstance(each, str) else each for each in found]


def test_the_compose_file_is_one() -> None:
    jsonschema.validate(compose(), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_every_service_that_stays_says_whether_it_is_well() -> None:
    services = compose()["services"]
    staying = {name for name, service in services.items() if "profiles" not in service}
    assert {name for name in staying if "healthcheck" not in services[name]} == set()
    for name, service in services.items():
        for other, condition in service.get("depends_on", {}).items():
            assert (other in services, condition) == (True, {"condition": "service_healthy"}), name


def test_every_volume_network_and_variable_of_the_compose_file_is_declared() -> None:
    found = compose()
    example = (COMPOSE.parent / "example.env").read_text(encoding="utf-8")
    for service in found["services"].values():
        assert set(service.get("networks", ())) <= set(found["networks"])
        named = [volume.partition(":")[0] for volume in service.get("volumes", ())]
        assert {name for name in named if re.match(r"\w", name)} <= set(found["volumes"])
    wanted = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8")))
    assert wanted == set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    proxy = (COMPOSE.parent / "Caddyfile").read_text(encoding="utf-8")
    assert set(re.findall(r"\{\$(\w+)\}", proxy)) == set(found["services"]["proxy"]["environment"])
    assert set(re.findall(r"([\w-]+):8501", proxy)) == {name for name in found["services"] if name.startswith("page")}


def test_chroma_is_the_version_that_we_are_tested_with() -> None:
    images = [service["image"] for service in compose()["services"].values() if "image" in service]
    images += [each["image"] for _name, pod in pods() for each in pod["containers"]]
    assert [image for image in images if image.startswith("chromadb/")] == [
        f"chromadb/chroma:{metadata.version('chromadb')}"
    ] * 2


@pytest.mark.parametrize("found", manifests(), ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_a_manifest_is_what_kubernetes_expects(found: dict[str, Any]) -> None:
    assert flaws(found) == []


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"kind": "Deploiment"}, "no such kind: v1 Deploiment"),
        ({"spec": {"port": 1}}, "spec.port: Extra inputs are not permitted"),
        ({"spec": {"ports": [{"name": "http"}]}}, "spec.ports.0.port: Field required"),
        ({"spec": {"ports": [{"port": "80"}]}}, "spec.ports.0.port: Input should be a valid integer"),
        ({"spec": {"ports": {"port": 80}}}, "spec.ports: Input should be a valid list"),
    ],
)
def test_a_wrong_manifest_is_told(change: dict[str, Any], flaw: str) -> None:
    assert flaws({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "page"}, **change}) == [flaw]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomize_puts_the_manifests_together() -> None:
    made = subprocess.run(
        ["kubectl", "kustomize", str(DEPLOY / "kubernetes")], capture_output=True, text=True, check=True
    )
    assert len(list(yaml.safe_load_all(made.stdout))) == len(manifests())


def test_whatever_runs_in_a_cluster_has_no_rights_that_it_does_not_need() -> None:
    for name, pod in pods():
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        for each in pod["containers"]:
            rights = each["securityContext"]
            assert (rights["readOnlyRootFilesystem"], rights["allowPrivilegeEscalation"]) == (True, False), name
            assert rights["capabilities"] == {"drop": ["ALL"]}, name
            assert each["resources"]["limits"]["memory"], name
            mounted = {mount["name"] for mount in each["volumeMounts"]}
            assert "scratch" in mounted, name
    named = {
        each["spec"]["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/name")
        for each in manifests()
        if each["kind"] == "NetworkPolicy"
    }
    assert named == {None, "polydesk", "chroma"}


def test_the_pages_are_asked_how_they_are_under_a_name_that_they_answer_to() -> None:
    page = dict(pods())["page"]["containers"][0]
    for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        asked = page[probe]["httpGet"]
        assert (asked["path"], asked["port"]) == (path, "http")
        assert asked["httpHeaders"] == [{"name": "Host", "value": "127.0.0.1"}]


def test_every_variable_that_is_set_is_a_setting() -> None:
    known = {f"POLYDESK_{name.upper()}" for name in Settings.model_fields}
    named = {
        (file.relative_to(DEPLOY).as_posix(), variable)
        for file in DEPLOY.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
        for variable in re.findall(r"POLYDESK_[A-Z_]+", file.read_text(encoding="utf-8"))
    }
    assert {(file, variable) for file, variable in named if variable not in known} == set()
    assert len(named) > 20


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_every_command_is_there_with_its_options(arguments: list[str]) -> None:
    command: Any = typer.main.get_command(build())
    context = command.make_context("polydesk", list(arguments), resilient_parsing=True)
    rest = list(arguments)
    while hasattr(command, "commands"):
        name, *rest = rest
        assert name in command.commands, arguments
        command = command.commands[name]
        context = command.make_context(
            name, [each for each in rest if not each.startswith("/")], resilient_parsing=True
        )
    known = {option for parameter in command.params for option in parameter.opts}
    assert {each for each in rest if each.startswith("--")} <= known
    assert context is not None


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_units_are_what_systemd_expects(tmp_path: Path) -> None:
    units = [*UNITS, *(DEPLOY / "systemd").glob("*.timer")]
    for file in units:
        text = file.read_text(encoding="utf-8").replace(POLYDESK, "/bin/true")  # where it is installed is not here
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(tmp_path / file.name) for file in units)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "polydesk" in line]) == (0, [])


def test_the_image_is_made_of_what_the_repository_has() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (?!--)(.+)$", text, re.MULTILINE) for name in line.split()[:-1]}
    assert {name for name in copied if not (REPOSITORY / name).exists()} == set()
    assert copied >= OURS
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    assert copied == set(re.findall(r"^!(.+)$", let_in, re.MULTILINE))
    *_, last = re.findall(r"^USER (\d+):\d+$", text, re.MULTILINE)
    assert last != "0"
