"""Which refusals are known and why, and which are met on the models that the tests have."""
