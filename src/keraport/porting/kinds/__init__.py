"""What the expressions of a file are: tensors, shapes, strings, numbers, ..., or not known."""
