"""Graphs of TensorFlow: SavedModels whose functions are carried over, whatever wrote them."""
