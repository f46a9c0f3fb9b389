"""The embedding model, loaded once."""

from app.encoding.encoder import Encoder
from app.encoding.load import encoder_name, load_encoder

__all__ = ["Encoder", "encoder_name", "load_encoder"]
