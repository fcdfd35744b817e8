"""``--verbose``: what keraport logs, on stderr."""

from __future__ import annotations

LEVELS = ("WARNING", "INFO", "DEBUG")
"""For no ``-v``, one, and two."""


def show_logs(times: int) -> int:
    """Let the loggers of keraport write to stderr, as a callback of the option.

    Args:
        times: how often ``-v`` is given.

    Returns:
        the same.
    """
    if times:
        # Takes long to import, and most commands log nothing.
        import logging

        from keraport.cli.text import safe

        class Handler(logging.StreamHandler):  # type: ignore[type-arg]
            def format(self, record: logging.LogRecord) -> str:
                # Names out of a file must not steer the terminal.
                return safe(super().format(record))

        handler = Handler()
        handler.setFormatter(
            logging.Formatter("%(relativeCreated)6d ms %(levelname)-5s %(name)s: %(message)s")
        )
        logger = logging.getLogger("keraport")
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(LEVELS[min(times, len(LEVELS) - 1)])
    return times
