"""Objects that a target lacks, written in the Python and the API of that target."""
