"""Models that standalone Keras builds and saves."""
