"""Keras models and weights in HDF5."""
