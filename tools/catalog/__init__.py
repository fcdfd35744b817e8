"""Reads the public interface of a Keras release out of its sources; nothing of it is imported."""
