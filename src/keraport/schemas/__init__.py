"""JSON Schemas of what ``--json`` prints, a file for each kind of document."""
