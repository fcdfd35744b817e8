"""Move Keras models between releases."""
