"""f-strings in Pythons that have none: the result is evaluated, and is the same string."""

from __future__ import annotations

import pytest
from tests.porting.conftest import rewritten

VALUES = {"x": 3.14159, "name": "é{", "width": 9, "d": {"a": 1}, "f": len}
"""What the expressions below name."""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('f"{x}"', '"{}".format(x)'),
        ("f'{x:.2f} {name!r}'", "'{:.2f} {!r}'.format(x, name)"),
        ('f"{x:{width}.{width}f}"', '"{:{}.{}f}".format(x, width, width)'),
        ('f"{{{x}}}"', '"{{{}}}".format(x)'),
        ('f"{{}}"', '"{}"'),
        ("f\"{d['a']}\"", "\"{}\".format(d['a'])"),
        ('rf"\\d{x}"', 'r"\\d{}".format(x)'),
        ('f"{x=}"', '"x={!r}".format(x)'),
        ('f"{x = :.1f}"', '"x = {:.1f}".format(x)'),
        ('f"{x = !s}"', '"x = {!s}".format(x)'),
        ('f"{f(name)}"', '"{}".format(f(name))'),
        ('f"{1, 2}"', '"{}".format((1, 2))'),
        ('f"{x if width else name}"', '"{}".format(x if width else name)'),
        ('"{}" f"{x}"', '"{{}}" "{}".format(x)'),
        ('f"{x}" "{}" f"{name}"', '"{}" "{{}}" "{}".format(x, name)'),
        ('f"{x}".upper()', '"{}".format(x).upper()'),
        ('f"a{x}" + f"b{name}"', '"a{}".format(x) + "b{}".format(name)'),
        ('f"""{x}\n{name}"""', '"""{}\n{}""".format(x, name)'),
        ('(f"a{x}"\n  f"b")', '("a{}"\n  "b".format(x))'),
        ("f\"{f(f'{name}')}\"", "\"{}\".format(f('{}'.format(name)))"),
        ('"plain {x}"', '"plain {x}"'),
    ],
)
def test_it_becomes_format(before: str, after: str) -> None:
    assert rewritten(f"y = {before}\n").code == f"y = {after}\n"
    assert eval(after, dict(VALUES)) == eval(before, dict(VALUES))


def test_python_36_keeps_them_but_those_with_an_equals_sign() -> None:
    kept = 'y = f"{x:{width}}"\n'
    assert rewritten(kept, (3, 6)).code == kept
    assert rewritten('y = f"{x=}"\n', (3, 6)).code == 'y = "x={!r}".format(x)\n'
    assert rewritten('y = f"{x=}"\n', (3, 8)).code == 'y = f"{x=}"\n'
