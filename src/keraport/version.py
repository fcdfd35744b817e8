"""The version of keraport, as ``pyproject.toml`` has it.

`importlib.metadata` would tell, for the price of importing what reads e-mail.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
