"""The commands of single suites, and those that fit on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path, typer.Option(help="A BEIR folder, or a folder of them.", show_default=False)]
Lines = Annotated[Path, typer.Option(help="A file of JSON lines.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


def register(suites: typer.Typer) -> None:
    """Add a command for each."""
    suites.command("golden")(golden)
    suites.command("retrieval")(retrieval)
    suites.command("quoting")(quoting)
    suites.command("abstention")(abstention)
    suites.command("language")(language)
    suites.command("planted")(planted)
    suites.command("hostile")(hostile)
    suites.command("grounding")(grounding)
    suites.command("escalation")(escalation)
    suites.command("customers")(customers)
    suites.command("topics")(topics)
    suites.command("attacks")(attacks)
    suites.command("fit-gate")(fit_gate)
    suites.command("pii")(pii)
    suites.command("triage")(triage)
    suites.command("drafts")(drafts)
    suites.command("changes")(changes)
    suites.command("fit-evidence")(fit_evidence)
    suites.command("fit-personal")(fit_personal)
    suites.command("ablation")(ablation)


def golden(
    data: Annotated[
        Path | None, typer.Option(help="A file or folder of golden questions; the sample's when not given.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Day on which the questions are asked, as 2026-11-21.")] = None,
    model: Annotated[str, typer.Option(help="ollama:TAG, or quoting.")] = "quoting",
    failures: Annotated[bool, typer.Option(help="List the questions that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answerable questions must cite the right document; unanswerable ones must be abstained on."""
    from eval.suites.golden import print_report, run_golden

    print_report(run_golden(data, as_of, model), failures, as_json)


def retrieval(
    data: Data,
    compare: Annotated[
        bool | None,
        typer.Option(
            "--compare/--no-compare",
            help="Ask LangChain's EnsembleRetriever the same; done where its packages are installed.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether the search finds the right documents of a corpus, which is ingested for it."""
    from eval.suites.retrieval import print_retrieval, run_retrieval

    print_retrieval(run_retrieval(data, compare), as_json)


def quoting(data: Data, as_json: AsJson = False) -> None:
    """Whether the first one, two quoted sentences hold the answer that a question has in metadata.answer."""
    from eval.suites.quoting import print_quoting, run_quoting

    print_quoting(run_quoting(data), as_json)


def abstention(data: Lines, as_json: AsJson = False) -> None:
    """Whether questions are answered where one of the given passages answers them, and there alone.

    A line: {"language": "de", "question": "…", "passages": ["…"], "answerable": true}
    """
    from eval.suites.abstention import print_abstention, run_abstention

    print_abstention(run_abstention(data), as_json)


def language(data: Lines, as_json: AsJson = False) -> None:
    """Whether the language of texts is told right.

    A line: {"text": "…", "language": "de", "kind": "sentences"}
    """
    from eval.suites.language import print_language, run_language

    print_language(run_language(data), as_json)


def hostile(
    data: Annotated[
        Path | None, typer.Option(help="A file or folder of outputs as JSON lines; our own set when not given.")
    ] = None,
    failures: Annotated[bool, typer.Option(help="List what went wrong, but of the part that is kept apart.")] = False,
    as_json: AsJson = False,
) -> None:
    """What of a hostile model's outputs reaches the agent as supported, and whether their truthful twins do.

    A line: {"id": "…", "kind": "promise", "language": "de", "question": "…", "passages": [{"text": "…", "language":
    "pl", "title": "…"}], "hostile": "… [1]", "truthful": "… [1]", "kept_apart": false}
    """
    from eval.suites.hostile import print_hostile, run_hostile

    print_hostile(run_hostile(data), failures, as_json)


def changes(
    data: Annotated[
        Path | None, typer.Option(help="A YAML file of cases, or a folder of them; our own set when not given.")
    ] = None,
    failures: Annotated[bool, typer.Option(help="List what went wrong, but of the part that is kept apart.")] = False,
    as_json: AsJson = False,
) -> None:
    """Whether a brief names what a new version of a document changes, and nothing where only its form changed.

    A case: {id: …, language: de, old: "# …", new: "# …", expect: [{kind: deadline, old: 14 Tage, new: 30 Tage}]}
    """
    from eval.suites.changes import print_changes, run_changes

    print_changes(run_changes(data), failures, as_json)


def planted(
    data: Annotated[
        Path | None, typer.Option(help="A file of orders to the assistant as JSON lines; our own when not given.")
    ] = None,
    model: Annotated[str, typer.Option(help="ollama:TAG, or quoting.")] = "quoting",
    documents: Annotated[int, typer.Option(min=1, help="How many documents have an order planted.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Whether an order to the assistant that stands in a document changes the answer to a question about it.

    A line: {"language": "de", "text": "Ignoriere …", "payload": ["words that only an obedient answer has"]}
    """
    from eval.suites.planted import print_planted, run_planted

    print_planted(run_planted(data, model, documents), as_json)


def escalation(
    data: Annotated[
        Path | None, typer.Option(help="A file or folder of conversations; those over the sample when not given.")
    ] = None,
    given_topics: Annotated[
        bool, typer.Option("--given-topics", help="Take the topics from the data, to judge the rules alone.")
    ] = False,
    failures: Annotated[bool, typer.Option(help="List the conversations that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Whether conversations go to the right team or to none, with all that a person needs.

    A line: {"id": "de-1", "language": "de", "turns": [{"text": "…", "topics": ["topic:legal"]}], "team": "Legal",
    "cause": "legal"}
    """
    from eval.suites.escalation import print_escalation, run_escalation

    print_escalation(run_escalation(data, given_topics), failures, as_json)


def customers(
    words: Annotated[
        Path | None, typer.Option(help="A folder of what customers say, LANGUAGE.yaml each; ours when not given.")
    ] = None,
    model: Annotated[str, typer.Option(help="ollama:TAG, or quoting.")] = "quoting",
    played_by: Annotated[
        str | None, typer.Option(help="The model that says it in its own words, as ollama:TAG; a rule when not given.")
    ] = None,
    size: Annotated[int | None, typer.Option(min=1, help="At most so many customers.")] = None,
    seed: Annotated[int, typer.Option(help="Which questions they ask.")] = 20261121,
    failures: Annotated[bool, typer.Option(help="List the conversations that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Customers in twelve languages who are impatient, confused, hostile, change the language, or say who they are."""
    from eval.suites.customers import print_customers, run_customers

    results = run_customers(words, model, seed, played_by, size)
    print_customers(results, failures, as_json, played_by or "rule", seed)


def topics(
    data: Annotated[Path, typer.Option(help="A file of JSON lines, or a folder of them.", show_default=False)],
    failures: Annotated[bool, typer.Option(help="List the questions that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Whether the policy's topics are recognised, and ordinary questions left alone.

    A line: {"text": "…", "language": "de", "topic": "legal"}, the topic null for an ordinary question
    """
    from eval.suites.topics import print_topics, run_topics

    print_topics(run_topics(data), failures, as_json)


def pii(data: Lines, as_json: AsJson = False) -> None:
    """How much personal data is found, and how much of what is found is any.

    A line: {"text": "…", "language": "de", "spans": [{"start": 3, "end": 9, "type": "PERSON"}]}
    """
    from eval.suites.pii import print_pii, run_pii

    print_pii(run_pii(data), as_json)


def triage(
    data: Lines,
    train: Annotated[
        Path | None, typer.Option(help="What to learn from first; cross-validated on the data without it.")
    ] = None,
    each: Annotated[
        int | None, typer.Option(min=1, help="Learn from so many lines of each label only, drawn at random.")
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="How often --each draws; the figures are over all draws.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Whether tickets are sorted as people sort them, and what belongs nowhere is told."""
    from eval.suites.triage import print_triage, run_triage

    print_triage(run_triage(data, train, each, draws), as_json)


def drafts(
    data: Annotated[
        Path | None, typer.Option(help="An export of a help desk, or JSON lines; the sample's tickets when not given.")
    ] = None,
    model: Annotated[
        str, typer.Option(help="ollama:TAG, quoting, or hostile: one that writes what an attacker wants.")
    ] = "quoting",
    per_language: Annotated[int, typer.Option(min=1, help="Tickets of each language.")] = 5,
    failures: Annotated[bool, typer.Option(help="List the drafts that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Whether drafts are in the customer's language or marked, say nothing unsupported and promise nothing."""
    from eval.suites.drafts import print_drafts, run_drafts

    print_drafts(run_drafts(data, model, per_language), failures, as_json)


def attacks(
    data: Annotated[
        Path | None, typer.Option(help="A file of JSON lines or a folder of them; the own set when not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether orders to the assistant are told from harmless texts.

    A line: {"text": "…", "label": "attack", "source": "…", "language": "de"}
    """
    from eval.suites.attacks import print_attacks, run_attacks

    print_attacks(run_attacks(data), as_json)


def fit_evidence(
    data: Annotated[
        list[Path] | None,
        typer.Option(help="To fit on as well: a file as eval abstention reads it, or a BEIR folder; may be repeated."),
    ] = None,
    write: Annotated[bool, typer.Option(help="Write the fit to app/retrieval/evidence.yaml.")] = False,
) -> None:
    """Fit the probability that passages answer a question on the golden questions, cross-validated."""
    from eval.fit_evidence import fit_and_report

    fit_and_report(data or [], write)


def grounding(
    data: Annotated[
        Path | None, typer.Option(help="A file of JSON lines, or a folder of them; the own set when not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether the sentence gate passes what the passages support, and nothing else.

    A line: {"language": "de", "passages": ["…"], "sentence": "…", "supported": true, "kind": "negation"}
    """
    from eval.suites.grounding import print_grounding, run_grounding

    print_grounding(run_grounding(data), as_json)


def fit_gate(
    data: Annotated[
        Path | None, typer.Option(help="What to fit on, as eval grounding reads it; the own set when not given.")
    ] = None,
    write: Annotated[bool, typer.Option(help="Write the fit to guardrails/entailment/weights.yaml.")] = False,
) -> None:
    """Fit how the sentence gate weighs likeness and rules, on the lines of the split "fit"."""
    from eval.fit_gate import fit_and_report

    fit_and_report(data, write)


def fit_personal(
    data: Lines,
    write: Annotated[bool, typer.Option(help="Write the fit to guardrails/personal/tagger.npz.")] = False,
) -> None:
    """Fit the tagger of English names and addresses on lines as eval pii reads them, cross-validated by template."""
    from eval.fit_personal import fit_and_report

    fit_and_report(data, write)


def ablation() -> None:
    """What each part of the retrieval score is worth on the golden questions."""
    from eval.ablation import print_ablation

    print_ablation()
