"""SavedModel directories with Keras' own description of the model in them."""

from keraport.formats.saved_model.read import read_saved_model
from keraport.formats.saved_model.read_1x import read_saved_model_1x

__all__ = ["read_saved_model", "read_saved_model_1x"]
