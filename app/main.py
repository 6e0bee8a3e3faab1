"""The ``polydesk`` command: collects the commands that each package declares."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points

import typer

from app.log_filter import install_log_filter


def build() -> typer.Typer:
    """The command with everything registered under ``polydesk.commands``."""
    root = typer.Typer(
        name="polydesk",
        help="A multilingual support assistant that answers from your own documents, on your own machines.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        rich_markup_mode=None,  # drawing boxes costs more than all the rest of --help
    )
    for entry in sorted(entry_points(group="polydesk.commands"), key=lambda entry: entry.value):
        entry.load()(root)
    return root


def narrowed(root: typer.Typer, arguments: Sequence[str]) -> typer.Typer:
    """``root`` with no command but the one that ``arguments`` begin with, where there is such a one.

    To look through the options of all commands takes a tenth of a second.
    """
    name = arguments[0] if arguments else ""
    commands = [each for each in root.registered_commands if name == (each.name or _named_after(each.callback))]
    groups = [each for each in root.registered_groups if name == each.name]
    if commands or groups:
        root.registered_commands, root.registered_groups = commands, groups
        root.callback()(lambda: None)  # without one, typer takes a single command for all there is, and drops its name
    return root


def _named_after(function: Callable[..., object] | None) -> str:
    return getattr(function, "__name__", "").lower().replace("_", "-")


def main() -> None:
    """Run the command; an error that somebody can mend is one line and exit status 2."""
    gc.set_threshold(50_000)  # to look for cycles among what is imported takes a tenth of the time to the first answer
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    # Our matrices are small: waking numpy's threads for them takes longer than the product (a search: 178 to 34 ms).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logging.basicConfig(level=os.environ.get("POLYDESK_LOG_LEVEL", "ERROR").upper(), format="%(levelname)s %(message)s")
    install_log_filter()
    try:
        narrowed(build(), sys.argv[1:])()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        told = error if hasattr(error, "exit_status") else _failure(error)
        if told is None:
            raise
        sys.stderr.write(f"polydesk: {' '.join(str(told).split())}\n")
        sys.exit(getattr(told, "exit_status", 1))


def _failure(error: Exception) -> Exception | None:
    from app.failures import failure  # imports SQLAlchemy, which not every command does

    return failure(error)


if __name__ == "__main__":
    main()
