"""What a model file holds, and what in it deserves suspicion; nothing in it is run."""
