"""What is particular to a line of releases: the formats it reads, and how a file is loaded."""
