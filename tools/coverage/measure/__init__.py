"""What became of the cases: converted by keraport, run in the real target."""
