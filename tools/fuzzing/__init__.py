"""Mutation of model files, and the readers that have to bear it; see ``tools/fuzz.py``."""
