"""From the setting to the encoder."""

from __future__ import annotations

from app.encoding.encoder import Encoder
from app.encoding.fetching import shut_hub
from app.settings import Settings


def load_encoder(settings: Settings) -> Encoder:
    """Load the model that `embedding_model` names (4 to 6 s, most of it imports). Raises DatelineError."""
    shut_hub()
    if settings.embedding_model == "hashing":
        from app.encoding.hashing import HashingEncoder

        return HashingEncoder()
    from app.encoding.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(settings.embedding_model)


def encoder_name(settings: Settings) -> str | None:
    """The name that the encoder will have, where it can be told without loading it, without its number type."""
    return {"packaged": "all-MiniLM-L6-v2", "hashing": "hashing-384"}.get(settings.embedding_model)
