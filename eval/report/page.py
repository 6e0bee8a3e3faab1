"""The report of a run: one HTML page without anything from elsewhere."""

from __future__ import annotations

from html import escape
from pathlib import Path

from app.costs.pricelist import PriceList, load_prices
from app.settings import load_settings
from eval.errors import EvalUserError
from eval.gates.judging import Verdict, judge
from eval.gates.policy import GATES_PATH, load_gates
from eval.report.examples import examples
from eval.report.sections import all_measures, costs, findings_table, languages, section, tiles
from eval.report.wording import comparison, headline, say, written_date
from eval.runs.costs import run_cost
from eval.runs.folder import RunFolder
from eval.runs.manifest import Manifest
from eval.runs.shelf import RunShelf
from guardrails.errors import PolicyError

_CSS = Path(__file__).with_name("report.css")


def write_report(wanted: str | None, against: str | None, gates: Path | None, output: Path) -> Path:
    """Write the report of a run; returns where it stands.

    :param against: the run to compare with; the baseline when None, if one is marked.
    :raises EvalUserError: there is no such run, or the file cannot be written.
    """
    settings = load_settings()
    shelf = RunShelf(settings.home)
    run = shelf.find(wanted)
    baseline = shelf.find(against) if against else shelf.baseline()
    if baseline is not None and baseline.path == run.path:
        baseline = None
    try:
        verdict = judge(run, baseline, load_gates(gates or GATES_PATH))
    except PolicyError as error:
        raise EvalUserError(str(error)) from None
    return write_page(output, report_page(run, baseline, verdict, load_prices(settings.prices)))


def write_page(output: Path, page: str) -> Path:
    """Write a page, and the folders above it.

    :raises EvalUserError: it cannot be written.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise EvalUserError(f"{output}: cannot be written ({error.strerror}); give another -o") from None
    return output.resolve()


def report_page(run: RunFolder, baseline: RunFolder | None, verdict: Verdict, prices: PriceList | None = None) -> str:
    """The page.

    :param prices: what models cost; the shipped list when None.
    """
    cost = run_cost(run, prices or load_prices())
    manifest, suites = run.manifest, run.all_figures()
    before = baseline.all_figures() if baseline else {}
    tone, said, more = headline(verdict)
    model = say("quoting") if manifest.model.name == "quoting" else manifest.model.name
    compared = comparison(verdict)
    fell = list(dict.fromkeys(each.gate.suite for each in verdict.fell))
    questions = suites["latency"].items if "latency" in suites else 0
    machine = f"{manifest.machine.get('cores', '?')} cores, {manifest.machine.get('system', '')}"
    about = f"{written_date(manifest)} · {model} · {manifest.index.documents} documents"
    body = "".join(
        (
            f'<p class="brand">polydesk</p><h1>{escape(say("title", name=manifest.name))}</h1>',
            f'<p class="quiet">{escape(about)}</p>',
            f'<div class="verdict {tone}"><strong>{escape(said)}</strong><p>{escape(more)}</p></div>',
            f'<p class="quiet">{escape(compared)}</p>' if compared else "",
            section(say("findings"), say("findings_about"), findings_table(verdict.fell)),
            section(say("tiles"), say("tiles_about"), tiles(suites, before, verdict)),
            section(say("measures"), say("measures_about"), all_measures(suites, before, verdict)),
            section(say("languages"), say("languages_about"), languages(suites)),
            section(say("examples"), say("examples_about"), examples(run, baseline, fell)),
            section(say("findings_unsure"), say("findings_about"), findings_table(verdict.unsure)),
            section(say("cost"), say("cost_about", items=questions, machine=machine), costs(suites, before, cost)),
            section(say("made_of"), say("made_of_about", command=command_of(manifest)), made_of(run)),
            f"<footer>{escape(say('footer', version=manifest.code.package))}</footer>",
        )
    )
    return page_around(say("title", name=manifest.name), body)


def page_around(title: str, body: str) -> str:
    """A whole HTML page; nothing in it is fetched from anywhere, and nothing in it runs."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_CSS.read_text(encoding='utf-8')}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def command_of(manifest: Manifest) -> str:
    """The command that repeats a run."""
    suites = f" --suites {','.join(manifest.suites)}" if len(manifest.suites) < 10 else ""
    return f"polydesk eval all --model {manifest.model.name} --seed {manifest.seed}{suites}"


def made_of(run: RunFolder) -> str:
    """Code, model, documents, data and settings of a run."""
    manifest = run.manifest
    model = manifest.model
    rows = {
        "run": f"{manifest.id} ({manifest.state})",
        "code": manifest.code.said,
        "model": " ".join(part for part in (model.name, model.parameters, model.quantization, model.identity) if part),
        "documents": f"{manifest.index.documents} ({manifest.index.digest})",
        "embedding model": manifest.index.embedding,
        "prompts": manifest.prompts,
        "policy": manifest.policy,
        "data": ", ".join(f"{suite} {digest[:8]}" for suite, digest in manifest.data.items()),
        "items": ", ".join(f"{suite} {each.items}" for suite, each in run.all_figures().items()),
        "without a value": ", ".join(
            f"{suite} {count} × {reason}"
            for suite, each in run.all_figures().items()
            for reason, count in each.missing.items()
        ),
        "settings": ", ".join(f"{name} {value}" for name, value in manifest.settings.items() if value != ""),
        "machine": ", ".join(f"{name} {value}" for name, value in manifest.machine.items()),
    }
    cells = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows.items() if value
    )
    return f'<div class="scroll"><table><tbody>{cells}</tbody></table></div>'
