"""``polydesk models``: which there are, which fits, fetching one, making it the default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(help="A name of the catalogue, or an Ollama tag.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder."""
    commands = typer.Typer(help="Language models: which there are, which fits, which answers.", no_args_is_help=True)
    commands.command("list")(list_models)
    commands.command("show")(show)
    commands.command("recommend")(recommend)
    commands.command("pull")(pull)
    commands.command("use")(use)
    commands.command("adapt")(adapt)
    root.add_typer(commands, name="models")


def list_models(as_json: AsJson = False) -> None:
    """The models of the catalogue and those on the server, with what they need."""
    from app.models.commands import list_and_print
    from app.settings import load_settings

    list_and_print(load_settings(), as_json)


def show(name: Name, as_json: AsJson = False) -> None:
    """One model: sizes, memory, languages, licence and its duties, published scores, each with its source."""
    from app.models.commands import show_and_print
    from app.settings import load_settings

    show_and_print(load_settings(), name, as_json)


def recommend(
    memory: Annotated[
        float | None, typer.Option(help="Main memory in GB; this machine's when not given.", show_default=False)
    ] = None,
    gpu: Annotated[
        list[str] | None, typer.Option(help="Memory of a GPU in GB, as 24, or 4x80; can be repeated.")
    ] = None,
    languages: Annotated[str, typer.Option(help="What customers write in, as de,ar.")] = "",
    users: Annotated[int, typer.Option(min=0, help="Monthly users of your products.")] = 0,
    residency: Annotated[str | None, typer.Option(help="Where data has to stay, as eu.")] = None,
    domicile: Annotated[
        str | None, typer.Option(help="Where the company has its seat, as de; where data stays when not given.")
    ] = None,
    purpose: Annotated[str, typer.Option("--use", help="commercial, research or evaluation.")] = "commercial",
    needs: Annotated[str, typer.Option(help="answers, code, vision; with commas between.")] = "answers",
    hosted: Annotated[bool, typer.Option("--hosted", help="Consider models that their maker runs.")] = False,
    context: Annotated[
        int | None, typer.Option(min=512, help="Tokens of prompt and answer; POLYDESK_NUM_CTX when not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Which model fits your machines, languages, licence and data, with the reasons for and against each."""
    from app.models.commands import recommend_and_print, wishes_of
    from app.settings import load_settings

    wishes = wishes_of(
        load_settings(),
        memory,
        tuple(gpu or ()),
        languages,
        users,
        residency,
        domicile,
        purpose,
        needs,
        hosted,
        context,
    )
    recommend_and_print(wishes, as_json)


def pull(name: Name, as_json: AsJson = False) -> None:
    """Fetch a model to every Ollama server of POLYDESK_OLLAMA_URL."""
    from app.models.commands import pull_and_print
    from app.settings import load_settings

    pull_and_print(load_settings(), name, as_json)


def use(
    name: Annotated[
        str | None, typer.Argument(help="A model that answers from now on, or quoting.", show_default=False)
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take the choice back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a model the default for all, from the next question on; nothing is started anew."""
    from app.models.commands import use_and_print
    from app.settings import load_settings

    use_and_print(load_settings(), name, clear, as_json)


def adapt(
    name: Annotated[str, typer.Argument(help="What the new model is called, as support-llama:v1.", show_default=False)],
    base: Annotated[str, typer.Option(help="The model that the adapter was trained on, by its Ollama tag.")],
    adapter: Annotated[
        Path, typer.Option(help="PEFT's folder (adapter_config.json, adapter_model.safetensors), or a GGUF file.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look at everything, send nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Make a model of that name anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a LoRA adapter into a model of Ollama, on every server of POLYDESK_OLLAMA_URL.

    It has its base's prompts, and its base's licence stands in it. Ollama takes adapters up to version 0.34.0.
    """
    from app.models.adapters.commands import adapt_and_print
    from app.settings import load_settings

    adapt_and_print(load_settings(), name, base, adapter, dry_run, replace, as_json)
