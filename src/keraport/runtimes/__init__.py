"""Real TensorFlow releases in environments of their own."""

from keraport.runtimes.interpreters import find_interpreter
from keraport.runtimes.manager import (
    InstalledRuntime,
    ensure_runtime,
    installed_python,
    installed_runtimes,
    remove_runtime,
)
from keraport.runtimes.pool import RuntimePool
from keraport.runtimes.worker import Runtime

__all__ = [
    "InstalledRuntime",
    "Runtime",
    "RuntimePool",
    "ensure_runtime",
    "find_interpreter",
    "installed_python",
    "installed_runtimes",
    "remove_runtime",
]
