"""Runs inside TensorFlow 2.3.0, served by ``keraport/runtimes/serve.py``: builds mutants.

The folder ``tools`` is on the path while this is imported, and only then.
"""

from mutants_source.make import make, moves

OPERATIONS = {"make": make, "moves": moves}
"""What the release can be asked to do."""
