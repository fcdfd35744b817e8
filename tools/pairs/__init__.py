"""The pages between two releases."""
