from .core import Doubled, Scaled
from blocks.layers.base import Base

__all__ = ["Doubled", "Scaled", "Base"]
