"""Fills an architecture that was rebuilt in another release with the weights of a trained file."""
