"""What loaders of single releases need: models taken apart, masks attached, branches left out."""
