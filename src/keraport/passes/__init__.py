"""Small, generic steps driven by the catalog and the declared changes."""
