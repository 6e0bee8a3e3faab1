"""Where the files of a model lie: in a folder that its user names, or fetched from the model hub once."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import IngestUserError


def model_folder(name: str, models: Path, called: str, otherwise: str) -> Path:
    """The folder of the model ``name``. ``HF_HUB_OFFLINE`` keeps what was fetched before and asks nobody.

    :param name: a folder, or a hub id.
    :param models: folder under ``POLYDESK_HOME`` where models from the hub are kept.
    :param called: what the model is, for the message: ``embedding model``.
    :param otherwise: what to do where it is not to be had, for the message.
    :raises IngestUserError: it is not to be had.
    """
    if (Path(name).expanduser() / "config.json").exists():
        return Path(name).expanduser().resolve()
    if name.startswith((".", "/", "~")):
        raise IngestUserError(f"{called} {name}: no such folder, or no config.json in it; {otherwise}")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, cache_dir=models / "hub"))
    except (OSError, HfHubHTTPError, HFValidationError, LocalEntryNotFoundError) as error:
        raise IngestUserError(
            f"{called} {name}: not a folder, and not to be had from the model hub ({type(error).__name__}); {otherwise}"
        ) from error
