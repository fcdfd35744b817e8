"""Protocol buffers of unknown origin: counted before they are parsed.

An entry of two bytes becomes an object of some sixty in the library of protocol buffers, and one
of hundreds in Python; a file of 20 MB may hold ten million. Source of the layout: "Encoding" in
the documentation of protocol buffers.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar, cast

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.limits import ENTRIES_BYTES, ENTRIES_FREE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.descriptor import Descriptor
    from google.protobuf.message import Message

_M = TypeVar("_M", bound="Message")
_VARINT: Final = 0
_LENGTH: Final = 2
_FIXED: Final = {1: 8, 5: 4}
_LONGEST_VARINT: Final = 10


def parse_message(
    data: bytes, message: _M, where: str, hint: str, *, each: int = ENTRIES_BYTES
) -> _M:
    """A message filled from its bytes.

    Args:
        data: the bytes.
        message: an empty message of the kind that is expected.
        where: file and object, for messages of errors.
        hint: what to do with a damaged one.
        each: bytes of the file for each entry beyond those that are free.

    Returns:
        `message`.

    Raises:
        DamagedFileError: it is no such message.
        UnsafeFileError: it has more entries than any file of that size needs.
    """
    from google.protobuf.message import DecodeError

    problem = DamagedFileError(
        f"{where}: is no {message.DESCRIPTOR.name} in the form of a protocol buffer", hint=hint
    )
    most = ENTRIES_FREE + len(data) // each
    # Fewer bytes than twice the limit cannot hold as many.
    if len(data) > 2 * most:
        count = _entries(data, cast("Descriptor", message.DESCRIPTOR), most)
        if count is None:
            raise problem
        if count > most:
            raise UnsafeFileError(
                f"{where}: more than {most} entries in {len(data)} bytes",
                hint="no model needs as many: the file is damaged or malicious",
            )
    try:
        message.ParseFromString(data)
    except (DecodeError, RecursionError) as error:
        raise problem from error
    return message


def _entries(data: bytes, kind: Descriptor, most: int) -> int | None:
    """The fields of all messages that hold lists; more than `most` if there are more.

    A message without lists, at any depth, takes no more memory than bytes, so it is passed over.

    Returns:
        None if the bytes are no message.
    """
    count = 0
    pending = [(kind, 0, len(data))]
    while pending:
        kind, at, end = pending.pop()
        lists = _lists(kind)
        while at < end:
            count += 1
            if count > most:
                return count
            tag, at = _number(data, at, end)
            wire = tag & 7
            if wire == _LENGTH:
                size, at = _number(data, at, end)
                inner = lists.get(tag >> 3)
                if inner is not None:
                    pending.append((inner, at, at + size))
                at += size
            elif wire == _VARINT:
                _, at = _number(data, at, end)
            elif wire in _FIXED:
                at += _FIXED[wire]
            else:
                return None
            if at > end:
                return None
    return count


@cache
def _lists(kind: Descriptor) -> Mapping[int, Descriptor]:
    """The fields of a message that hold messages with lists in them, at any depth."""
    return {
        field.number: field.message_type
        for field in kind.fields
        if field.message_type is not None and _has_list(field.message_type)
    }


@cache
def _has_list(kind: Descriptor) -> bool:
    return any(
        field.is_repeated or (field.message_type is not None and _has_list(field.message_type))
        for field in kind.fields
    )


def _number(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A number, and where it ends; behind `end` if it does not."""
    value = data[at] if at < end else 0
    if value < 0x80:
        return value, at + 1
    value &= 0x7F
    for index in range(1, _LONGEST_VARINT):
        if at + index >= end:
            break
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    return 0, end + 1
