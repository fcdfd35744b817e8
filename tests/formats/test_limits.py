"""C7 and the rules for names."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from keraport.errors import DamagedFileError, InputFileError, UnsafeFileError
from keraport.formats.limits import (
    JSON_BYTES,
    JSON_DEPTH,
    LOGICAL_BYTES_FREE,
    Budget,
    components,
    parse_json,
    shown,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, -2.5, true, null, "x"]}', {"a": [1, -2.5, True, None, "x"]}),
        ('\ufeff{"a": 1}', {"a": 1}),
        (r'{"a": "\"[[[[{{{\\"}', {"a": '"[[[[{{{\\'}),
        (r'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
        ('{"seed": 18446744073709551615}', {"seed": 2**64 - 1}),
        ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        ("[" * JSON_DEPTH + "]" * JSON_DEPTH, None),
    ],
)
def test_json_of_keras_is_read(text: str, value: Any) -> None:
    found = parse_json(text.encode(), "model.h5")
    assert value is None or found == value


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        pytest.param("[" * 100_000, UnsafeFileError, "nested", id="100000-brackets"),
        pytest.param('{"a":' * 100_000, UnsafeFileError, "nested", id="100000-braces"),
        pytest.param("[" * (JSON_DEPTH + 1) + "]" * (JSON_DEPTH + 1), UnsafeFileError, "nested"),
        pytest.param('"\\"' + '\\"[' * 200_000, DamagedFileError, "JSON", id="open-string"),
        pytest.param("[" + "[],[]," * 500_001 + "1]", UnsafeFileError, "arrays", id="containers"),
        pytest.param("1" * 5000, UnsafeFileError, "5000 digits", id="5000-digits"),
        pytest.param('{"a": -%s}' % ("9" * 5000), UnsafeFileError, "digits", id="negative-5000"),
        pytest.param(
            '{"a": 1, "b": 2, "a": 3}', DamagedFileError, "'a' is listed twice", id="twice"
        ),
        pytest.param(r'{"a": ["\ud800"]}', DamagedFileError, "surrogate", id="surrogate"),
        pytest.param(r'{"\udc00x": 1}', DamagedFileError, "surrogate", id="surrogate-key"),
        pytest.param('{"a": ', DamagedFileError, "character 6", id="truncated"),
        pytest.param("", DamagedFileError, "JSON", id="empty"),
    ],
)
def test_hostile_json_is_refused(text: str, error: type[InputFileError], words: str) -> None:
    started = time.perf_counter()
    with pytest.raises(error, match=words) as caught:
        parse_json(text.encode("utf-8", "surrogatepass"), "bad.h5: attribute 'model_config'")
    assert time.perf_counter() - started < 5
    assert caught.value.message.startswith("bad.h5: attribute 'model_config'")
    assert caught.value.hint
    assert len(caught.value.message) < 400


def test_numbers_that_json_lacks_are_values() -> None:
    """As Python's ``json`` writes and reads them; two NaN are one object, hence equal configs."""
    found = parse_json(b'[{"a": NaN}, {"a": NaN}, Infinity, -Infinity, 1e999]', "model.h5")
    assert found[0] == found[1]
    assert str(found[2:]) == "[inf, -inf, inf]"


@pytest.mark.parametrize("word", ["nan", "+Infinity", "inf", "Infinit", "--Infinity", "1e", "-NaN"])
def test_words_that_python_does_not_write_are_refused(word: str) -> None:
    with pytest.raises(DamagedFileError, match="expected JSON"):
        parse_json(f'{{"a": {word}}}'.encode(), "bad.json")


def test_json_of_hundreds_of_megabytes_is_refused_unparsed() -> None:
    with pytest.raises(UnsafeFileError, match=f"{JSON_BYTES + 1} bytes"):
        parse_json(bytes(JSON_BYTES + 1), "big.json")


def test_json_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(DamagedFileError, match="byte 2 is not UTF-8"):
        parse_json(b'{"\xff": 1}', "bad.json")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("kernel:0", ("kernel:0",)),
        ("block1/conv/kernel:0", ("block1", "conv", "kernel:0")),
        ("a//b/", ("a", "b")),
        ("..a/.b", ("..a", ".b")),
        ("schicht_ä/gewicht", ("schicht_ä", "gewicht")),
        ("<script>alert(1)<", ("<script>alert(1)<",)),
    ],
)
def test_odd_names_stay_names(name: str, parts: tuple[str, ...]) -> None:
    assert components(name, "f.h5") == parts


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("/etc/passwd", UnsafeFileError),
        ("../x", UnsafeFileError),
        ("a/../../x", UnsafeFileError),
        ("a/./b", UnsafeFileError),
        ("a\0b", UnsafeFileError),
        ("a/" * 3000 + "k", UnsafeFileError),
        ("x" * 5000, UnsafeFileError),
        ("", DamagedFileError),
        ("//", DamagedFileError),
    ],
)
def test_names_that_leave_their_group_are_refused(name: str, error: type[InputFileError]) -> None:
    with pytest.raises(error, match=r"^f\.h5: layer_names"):
        components(name, "f.h5: layer_names")


def test_names_in_messages_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in shown("\x1b[2J\r\n")
    assert shown(b"\xff\x1b") == repr("\\xff\x1b")
    assert len(shown("x" * 10_000)) < 200


def test_budget_counts_all_weights_together() -> None:
    budget = Budget(Path("f.h5"), file_bytes=1000)
    budget.spend(LOGICAL_BYTES_FREE - 1, "weight 'a'")
    budget.spend(1, "weight 'b'")
    with pytest.raises(UnsafeFileError, match=r"f\.h5: weight 'c'"):
        budget.spend(1, "weight 'c'")


def test_budget_grows_with_the_file() -> None:
    Budget(Path("f.h5"), file_bytes=1 << 30).spend(100 << 30, "w")
    with pytest.raises(UnsafeFileError):
        Budget(Path("f.h5"), file_bytes=1 << 30).spend((100 << 30) + 1, "w")
