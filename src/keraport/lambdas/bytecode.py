"""Marshalled code of any Python, read with xdis; the interpreter's ``marshal`` is never used."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from keraport.errors import UsageError
from keraport.installing import install_line
from keraport.lambdas.marshalled import UnboundedError, look_over
from keraport.records import dataclass

PYTHONS = ("3.8", "3.7", "3.6", "3.9", "3.10", "3.11", "3.12", "3.13", "3.5", "2.7")
"""Whose bytecode is understood."""

_LARGEST = 50_000
_MOST_INSTRUCTIONS = 2_000
_BEGINNINGS = ("c", "\xe3")
"""Of marshalled code, the second with a mark that it may be referred to."""
_PLAIN = "raw_unicode_escape"


class UnreadableCodeError(Exception):
    """No code of that Python, or none that is understood."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One operation.

    Args:
        offset: where it is, as jumps count.
        name: of the operation.
        value: its argument: a name, a constant, an offset to jump to.
        number: the argument as it is stored.
    """

    offset: int
    name: str
    value: Any
    number: int


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a function.

    Args:
        python: whose bytecode it is, e.g. ``3.8``.
        name: of the function.
        parameters: positional ones, then those by keyword only.
        keyword_only: how many of them are by keyword only.
        takes_more: there is a ``*args`` or a ``**kwargs``.
        instructions: in order.
        free: names that it takes from around it, in the order of its closure.
        handles_exceptions: there is a table that says where, as since Python 3.11.
    """

    python: str
    name: str
    parameters: tuple[str, ...]
    keyword_only: int
    takes_more: bool
    instructions: tuple[Instruction, ...]
    free: tuple[str, ...] = ()
    handles_exceptions: bool = False


def decode(text: str) -> bytes:
    """The marshalled bytes behind the text in a config.

    Keras 2.0 wrote the bytes themselves, a character each (``func_dump`` of its
    ``utils/generic_utils.py``), and its successors base64, which neither begins as code does nor
    has its zeros.

    Raises:
        UnreadableCodeError: neither, or too large.
    """
    if len(text) > 2 * _LARGEST:
        raise UnreadableCodeError(f"is larger than {_LARGEST} bytes")
    if text[:1] in _BEGINNINGS and "\0" in text:
        return _bounded(text.encode(_PLAIN))
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableCodeError(f"is no base64: {error}") from error
    return _bounded(data)


def _bounded(data: bytes) -> bytes:
    if len(data) > _LARGEST:
        raise UnreadableCodeError(f"is larger than {_LARGEST} bytes")
    return data


def load_code(data: bytes, python: str) -> Code:
    """The code of a function as the given Python marshalled it.

    Raises:
        UnreadableCodeError: that Python did not write it.
        UsageError: xdis is not installed.
    """
    try:
        from xdis import unmarshal
        from xdis.magics import magic2int, magics
    except ImportError as error:
        raise UsageError(
            "bytecode is read with xdis, which is not installed",
            hint=f"run `{install_line('xdis>=6.3')}`",
        ) from error
    if data[:1].decode("latin-1") not in _BEGINNINGS:
        raise UnreadableCodeError("is no code")
    try:
        look_over(data, python)
    except UnboundedError as error:
        raise UnreadableCodeError(f"is no code of Python {python}: it {error}") from error
    stream = io.BytesIO(data)
    try:
        # xdis prints what it does not know.
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            found = unmarshal.load_code(stream, magic2int(magics[python]), False, {})
        if stream.read(1):
            raise UnreadableCodeError("has more bytes than a code object")
        return read_code(found, python)
    except UnreadableCodeError:
        raise
    except Exception as error:
        # xdis raises anything at data that it does not expect.
        raise UnreadableCodeError(f"is no code of Python {python}: {error!r}") from error


def read_code(found: Any, python: str) -> Code:
    """A code object of xdis as plain data."""
    from xdis.bytecode import Bytecode
    from xdis.op_imports import get_opcode_module
    from xdis.version_info import PythonImplementation

    version = tuple(int(part) for part in python.split("."))
    opcodes = get_opcode_module(version, PythonImplementation.CPython)
    instructions = []
    for item in Bytecode(found, opcodes).get_instructions(found):
        if item.opname in ("CACHE", "EXTENDED_ARG"):
            continue
        number = item.arg if isinstance(item.arg, int) else 0
        instructions.append(Instruction(item.offset, item.opname, item.argval, number))
        if len(instructions) > _MOST_INSTRUCTIONS:
            raise UnreadableCodeError(f"has more than {_MOST_INSTRUCTIONS} instructions")
    positional = int(found.co_argcount)
    keyword_only = int(getattr(found, "co_kwonlyargcount", 0) or 0)
    names = _names(found.co_varnames)
    if positional + keyword_only > len(names):
        raise UnreadableCodeError("has more parameters than names")
    return Code(
        python,
        str(found.co_name),
        names[: positional + keyword_only],
        keyword_only,
        bool(found.co_flags & 0x0C),
        tuple(instructions),
        _free_names(found),
        bool(getattr(found, "co_exceptiontable", b"")),
    )


def _free_names(found: Any) -> tuple[str, ...]:
    """Names from around a function, in the order of its closure.

    xdis takes these and those that functions inside share for each other, up to Python 3.10; where
    there are both, it resolves neither rightly.
    """
    shared, free = _names(found.co_cellvars), _names(found.co_freevars)
    if shared and free:
        raise UnreadableCodeError("shares names with functions inside of it")
    return shared or free


def _names(names: Sequence[Any]) -> tuple[str, ...]:
    return tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names)
