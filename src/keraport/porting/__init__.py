"""Source of a user's own objects, rewritten for another release."""
