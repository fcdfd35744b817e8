"""From the words of one release to those of another, through the hub; small and generic."""
