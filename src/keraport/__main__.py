"""``python -m keraport``."""

from keraport.cli.main import run

raise SystemExit(run())
