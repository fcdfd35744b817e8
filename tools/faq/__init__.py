"""The errors of the FAQ: which file of which release raises them where."""
