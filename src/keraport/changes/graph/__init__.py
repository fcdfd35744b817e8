"""Models and how their layers are called."""
