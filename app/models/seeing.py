"""Connected models that see: the words in a picture, where text recognition finds none."""

from __future__ import annotations

import base64
import io
import threading

from app.errors import AppError
from app.models.catalogue import load_catalogue
from app.models.choosing import answering_tags, named_model
from app.models.model import ChatModel
from app.settings import Settings
from prompts.answering import new_fence
from prompts.picturing import picture_prompt

_TOKENS = 512
_SECONDS = 120.0
_LONGEST_SIDE = 1120  # pixels: what the vision models of the catalogue look at, at most, with four tiles of 560
_MOST_PIXELS = 80_000_000


def seeing_model(settings: Settings) -> ChatModel | None:
    """The first model on the Ollama servers that sees; None where there is none.

    Pictures hold what nothing can mask: they go to no model elsewhere.
    """
    catalogue = load_catalogue()
    for tag in answering_tags(settings):
        entry = catalogue.find(tag)
        if entry and entry.multimodal:
            return named_model(settings, f"ollama:{tag}")
    return None


def words_seen(model: ChatModel, picture: bytes) -> str:
    """The words that ``model`` sees in a picture; empty where there are none.

    :raises AppError: it is no picture that can be shown.
    :raises ModelError: the model gave no answer.
    """
    from langchain_core.messages import HumanMessage

    fence = new_fence()
    system, user = picture_prompt(model.family).format_messages(fence=fence)
    shown = {"type": "image_url", "image_url": f"data:image/png;base64,{_as_png(picture)}"}
    asked = HumanMessage(content=[{"type": "text", "text": str(user.content)}, shown])
    said = "".join(model.limited(_TOKENS, _SECONDS, _SECONDS).stream([system, asked], threading.Event()))
    return "" if fence in said else said.strip()


def _as_png(picture: bytes) -> str:
    """The picture anew, no larger than models look at, and without what a camera notes beside it."""
    import PIL.Image
    from PIL import ImageOps

    try:
        with PIL.Image.open(io.BytesIO(picture), formats=("PNG", "JPEG", "WEBP", "TIFF", "BMP")) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise AppError("the picture is too large to be shown to a model")
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise AppError(f"the picture cannot be opened: {error}") from None
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()
