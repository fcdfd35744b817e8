"""Classes and functions of well-known packages: known by name and keywords, and read as data."""
