"""Models that were trained for some steps and saved with their optimizers, and how they go on."""
