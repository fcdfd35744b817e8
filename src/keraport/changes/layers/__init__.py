"""Layers and their keywords."""
