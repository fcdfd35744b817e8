"""Records of changes are what `dataclasses` would make, but for equality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import ClassVar

import pytest

from keraport.changes.change import Effect
from keraport.changes.declared import declared


@declared
class Base(Effect):
    """One field that has to be given, one that has not, and one that is none."""

    name: str
    number: int = 3
    shared: ClassVar[bool] = True


@declared
class More(Base):
    """Those of the base first."""

    made: list[int] = field(default_factory=list)
    call: Callable[[int], int] = field(default=abs)


def test_fields_are_given_in_order_or_by_name() -> None:
    first = More("a", 4, [1])
    assert (first.name, first.number, first.made, first.call(-2)) == ("a", 4, [1], 2)
    second = More(name="b", call=len)  # type: ignore[arg-type]
    assert (second.name, second.number, second.made, second.shared) == ("b", 3, [], True)
    assert second.made is not More("c").made


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("a",), {"name": "a"}), (("a",), {"other": 1}), (("a", 1, [], abs, 5), {})],
)
def test_values_that_do_not_fit(values: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="More"):
        More(*values, **named)  # type: ignore[arg-type]


def test_a_record_stays_what_it_is() -> None:
    record = Base("a")
    with pytest.raises(FrozenInstanceError):
        record.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del record.name
    assert repr(record) == "Base(name='a', number=3)"
    assert record == record
    assert record != Base("a")
