"""Bytecode of Lambda layers read as data, and written as source; nothing of it is ever run."""
