"""SavedModel directories with Keras' own description of the model in them."""

from keraport.formats.saved_model.read import read_saved_model

__all__ = ["read_saved_model"]
