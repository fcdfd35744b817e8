"""Activations, initializers, regularizers, constraints and dtype policies."""
