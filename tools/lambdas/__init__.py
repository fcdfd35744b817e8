"""Generated Lambdas: expressions over what may pass and what must not, run in real releases."""
