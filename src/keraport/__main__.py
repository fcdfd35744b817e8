"""``python -m keraport``."""

from keraport.cli.main import main

raise SystemExit(main())
