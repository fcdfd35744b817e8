"""Golden models of every line of releases, and what other releases make of them."""
