"""The pages that tell the history of Keras: one a class, and one a pair of releases."""
