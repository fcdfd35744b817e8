"""Code that is that of a function of TensorFlow, told by a digest.

``Lambda(tf.square)`` saves the code of a function that does much beside computing: it looks for an
eager context, falls back, records gradients. What it computes is known by its name.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from keraport.lambdas.bytecode import Code


def digest(code: Code) -> str:
    """Of parameters and instructions with their names and constants; not of file names and lines.

    Args:
        code: of a function.
    """
    parts = [repr(code.parameters), repr(code.free), str(code.keyword_only), str(code.takes_more)]
    for item in code.instructions:
        value = f"code {item.value.co_name}" if hasattr(item.value, "co_code") else repr(item.value)
        parts.append(f"{item.name} {value} {item.number}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def known_name(code: Code, release: str) -> str | None:
    """The full name of the function of a release, by id, whose code this is; None if it is none."""
    return _table().get((release, digest(code)))


@cache
def _table() -> dict[tuple[str, str], str]:
    text = files("keraport.lambdas.harmless").joinpath("code.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {(release, key): name for release, key, name in rows}
