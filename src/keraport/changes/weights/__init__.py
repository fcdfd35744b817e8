"""How weights are stored and restored."""
