"""A model as Python source that builds it in its target release."""
