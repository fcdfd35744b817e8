"""Golden models with a few config values changed: made, converted, run and counted."""
