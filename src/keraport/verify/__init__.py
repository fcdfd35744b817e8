"""Runs two files in two real releases and compares what they predict."""
