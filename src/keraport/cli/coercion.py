"""Texts and paths of the command line, without pydantic.

typer has pydantic turn every value into its type, those that are not given and those that have it
too: that alone takes as long as importing NumPy. What is simple is done here, everything else and
all errors are left to typer. A release of typer that works otherwise goes its own way.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args, get_origin


def coerce_quickly(parameters: Iterable[Any]) -> list[Any]:
    """Have parameters of a command turn simple values into their types by themselves.

    Args:
        parameters: as typer made them; those that it makes in another way stay as they are.

    Returns:
        the parameters.
    """
    parameters = list(parameters)
    for parameter in parameters:
        kind = getattr(parameter, "type_descriptor", None)
        if kind is not None and getattr(parameter, "_runtime_param", kind) is None:
            parameter._runtime_param = _Quick(kind)
    return parameters


class _Quick:
    """Takes the place of typer's ``RuntimeParam``.

    Args:
        described: typer's description of the parameter: its annotation, and what was said of it.
    """

    def __init__(self, described: Any) -> None:
        self._described = described
        annotation = described.annotation
        listed = get_origin(annotation) is list
        self._kind = get_args(annotation)[0] if listed else annotation
        self._simple = described.parameter_info.parser is None

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value in its type; errors are typer's."""
        many = param.multiple or param.nargs == -1
        if value is None:
            return () if many else None
        items = list(value) if many and isinstance(value, list | tuple) else [value]
        if self._simple and all(isinstance(item, str | Path) for item in items):
            if self._kind is str:
                return items if many else value
            if self._kind is Path:
                found = [self._path(item, param, ctx) for item in items]
                return found if many else found[0]
        if not many and self._kind in (bool, int, float) and type(value) is self._kind:
            return value  # a default, or counted
        from typer import _coercion

        return _coercion.build_runtime_param(self._described).coerce(value, param=param, ctx=ctx)

    def _path(self, value: Any, param: Any, ctx: Any) -> Any:
        from typer._param_types import coerce_cli_path

        info = self._described.parameter_info
        return coerce_cli_path(Path(value), info, path_type=Path, param=param, ctx=ctx)
