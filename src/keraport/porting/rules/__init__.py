"""What is rewritten: one subject a file, each a few functions over the syntax tree."""
