"""Models of third-party packages."""
