"""Records are what `dataclasses` makes, which says what is expected."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle  # noqa: TID251 - what other processes are sent
from dataclasses import field
from typing import Any, ClassVar

import pytest

from keraport.records import dataclass


def both(**keywords: Any) -> list[Any]:
    """The same class twice: made by `dataclasses`, and by keraport."""
    return [_pair(decorator, keywords) for decorator in (dataclasses.dataclass, dataclass)]


def _pair(decorator: Any, keywords: dict[str, Any]) -> Any:
    @decorator(**keywords)
    class Pair:
        """Two values, and what is no part of what makes pairs equal."""

        shared: ClassVar[int] = 3
        first: int
        second: tuple[int, ...] = (1,)
        note: str = field(default="said", compare=False, repr=False)
        made: list[int] = field(default_factory=list, compare=False)

    return Pair


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that is sent to another process."""

    name: str
    values: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Longer(Kept):
    """A record with the fields of another, and one of its own."""

    more: int = 0


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize("frozen", [True, False])
def test_records_are_made_shown_and_compared_as_dataclasses_are(frozen: bool, slots: bool) -> None:
    expected, record = both(frozen=frozen, slots=slots)
    for kind in (expected, record):
        one, other = kind(1, note="a"), kind(first=1, note="b")
        assert one == other
        assert one != kind(2)
        assert one != "something else"
        assert one.made == []
        assert one.made is not other.made
        assert kind.__match_args__ == ("first", "second", "note", "made")
        assert hasattr(one, "__dict__") is not slots
    assert repr(record(1)) == repr(expected(1))
    assert [item.name for item in dataclasses.fields(record)] == list(record.__match_args__)
    assert dataclasses.asdict(record(4)) == dataclasses.asdict(expected(4))
    assert dataclasses.replace(record(4), second=()) == record(4, ())
    assert [*inspect.signature(record).parameters] == [*inspect.signature(expected).parameters]


def test_frozen_records_are_hashed_by_their_values_and_do_not_change() -> None:
    for kind in both(frozen=True, slots=True):
        value = kind(1)
        assert len({value, kind(1, note="b"), kind(2)}) == 2
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.first = 2
        with pytest.raises(dataclasses.FrozenInstanceError):
            del value.first


def test_records_that_change_have_no_hash() -> None:
    for kind in both(slots=True):
        value = kind(1)
        value.first = 2
        assert value == kind(2)
        with pytest.raises(TypeError, match="unhashable"):
            hash(value)


def test_without_eq_only_the_same_is_equal() -> None:
    for kind in both(eq=False):
        value = kind(1)
        assert value != kind(1)
        assert value in {value}


@pytest.mark.parametrize("arguments", [(), (1, (), "", [], 5)])
def test_what_does_not_fit_is_refused(arguments: tuple[object, ...]) -> None:
    for kind in both(frozen=True):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            kind(*arguments)
        with pytest.raises(TypeError, match="unexpected keyword argument 'third'"):
            kind(1, third=2)


def test_a_field_without_a_default_stands_before_those_that_have_one() -> None:
    for decorator in (dataclasses.dataclass, dataclass):
        with pytest.raises(TypeError):

            @decorator()
            class Wrong:
                """The second field has no default."""

                first: int = 1
                second: int


def test_functions_that_are_written_stay() -> None:
    for decorator in (dataclasses.dataclass, dataclass):

        @decorator(frozen=True, slots=True)
        class Named:
            """Known by its name, however it is spelt."""

            name: str

            def __eq__(self, other: object) -> bool:
                return isinstance(other, Named) and self.name.lower() == other.name.lower()

            def __hash__(self) -> int:
                return hash(self.name.lower())

            def __repr__(self) -> str:
                return self.name

        kind: Any = Named
        assert kind("A") == kind("a")
        assert len({kind("A"), kind("a")}) == 1
        assert repr(kind("A")) == "A"


def test_what_follows_the_init_is_called_and_fields_outside_of_it_are_set() -> None:
    for decorator in (dataclasses.dataclass, dataclass):

        @decorator()
        class Counted:
            """Says how long its name is."""

            name: str
            length: int = field(init=False)
            seen: list[str] = field(init=False, default_factory=list)

            def __post_init__(self) -> None:
                self.length = len(self.name)

        kind: Any = Counted
        value = kind("four")
        assert (value.length, value.seen) == (4, [])


def test_records_inherit_and_are_copied_and_sent() -> None:
    value = Longer("a", {"b": 1}, more=2)
    assert value != Kept("a", {"b": 1})
    for again in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert again == value
        assert again.values is not value.values
