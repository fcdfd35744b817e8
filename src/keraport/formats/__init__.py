"""Bytes to models and back; knows formats, no releases."""
