"""The user's own classes, functions and Lambdas: whose a class is, and what the target calls it."""
