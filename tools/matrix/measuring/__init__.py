"""What a release makes of the models of another, converted or as they are."""
