"""The notice that goes into an adapted model, beside the licence of its base."""

from __future__ import annotations

from app.models.catalogue import Catalogue, Entry


def notice_of(catalogue: Catalogue, entry: Entry | None, tag: str, base: str, weights: str) -> str:
    """Of what the model was made, and under which terms its base stands.

    :param entry: the base in the catalogue; None where it is not in it.
    :param weights: the digest of the adapter's weights.
    """
    lines = [f"{tag} is {base}, changed by a LoRA adapter ({weights})."]
    if entry is None:
        lines.append("The licence of the base holds for it.")
        return "\n".join(lines)
    licence = catalogue.licence_of(entry)
    lines.append(f"The base is {entry.title} by {entry.maker}, under the {licence.name}: {licence.source}")
    if licence.notice:
        lines.append(licence.notice)
    return "\n".join([*lines, *(f"- {duty}" for duty in licence.duties)])
