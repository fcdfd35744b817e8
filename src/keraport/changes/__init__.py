"""What changed between releases: one subject a file, both directions together."""
