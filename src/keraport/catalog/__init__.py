"""What each release accepts: data and look-up only."""
