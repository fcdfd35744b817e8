class CategoryEncoding(_CategoryEncoding):
    """Which categories come in each sample, or how often."""
