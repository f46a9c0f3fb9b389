"""From the setting to the encoder."""

from __future__ import annotations

from app.encoding.encoder import Encoder
from app.encoding.fetching import shut_hub
from app.settings import Settings

SERVED = "/served-"
"""Stands in an encoder's name between the model that a server computes and its dimension."""


def load_encoder(settings: Settings) -> Encoder:
    """Load the model that `embedding_model` names (4 to 6 s, most of it imports), or reach the server that computes it. Raises
    DatelineError; Unavailable if that server does not answer."""
    shut_hub()
    if settings.embedding_url is not None:
        from app.encoding.served import ServedEncoder

        return ServedEncoder(settings)
    if settings.embedding_model == "hashing":
        from app.encoding.hashing import HashingEncoder

        return HashingEncoder()
    from app.encoding.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(settings.embedding_model)


def encoder_name(settings: Settings) -> str | None:
    """The name that the encoder will have, where it can be told without loading it, without its number type."""
    if settings.embedding_url is not None:
        return f"{settings.embedding_model}{SERVED}"
    return {"packaged": "all-MiniLM-L6-v2", "hashing": "hashing-384"}.get(settings.embedding_model)
