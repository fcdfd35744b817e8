"""Two networks that say the same in other words, and how much it matters where they do not."""
