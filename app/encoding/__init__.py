"""The embedding model: loaded once, its vectors cached by model and text."""

from app.encoding.cache import VectorCache
from app.encoding.encoder import Encoder
from app.encoding.load import encoder_name, load_encoder

__all__ = ["Encoder", "VectorCache", "encoder_name", "load_encoder"]
