"""SavedModel directories with Keras' own description of the model in them."""
