"""Variables: what only makes reading them faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import Site


def _nothing(site: Site) -> list[Ref]:
    """It has no output, and changes no value."""
    done = site.last("NoOp", [])
    site.made[-1].controls += [ref.node for ref in site.node.inputs]
    return [done]


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {"DisableCopyOnRead": _nothing}
