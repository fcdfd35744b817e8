"""Writes ``docs/reference/api.md`` out of the docstrings of the public names.

``uv run python tools/build_api_page.py`` after a change; a test fails while it is out of date.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import keraport

OUT = Path(__file__).parents[1] / "docs" / "reference" / "api.md"

HEAD = """# The Python API

Written by `tools/build_api_page.py` from the docstrings. Everything here is a name of `keraport`.
Files are `str` or `Path`, releases are a `Release` or a name as people write it (`"tf1.12"`,
`"tensorflow==2.3.0"`). Neither TensorFlow nor Keras is imported, and nothing in a model is run,
except by `verify`, which runs both files in the real releases, and by `load_model`, which loads
with the Keras of your process.
"""


def page() -> str:
    """The page: functions, then what they return and take, then errors."""
    public = {name: getattr(keraport, name) for name in keraport.__all__ if name != "__version__"}
    functions = {name: item for name, item in public.items() if not inspect.isclass(item)}
    errors = {
        name: item
        for name, item in public.items()
        if inspect.isclass(item) and issubclass(item, keraport.KeraportError)
    }
    classes = {n: item for n, item in public.items() if n not in functions and n not in errors}
    parts = [HEAD]
    for title, items in (("Functions", functions), ("Classes", classes), ("Errors", errors)):
        parts.append(f"## {title}\n")
        parts += [_section(name, item) for name, item in sorted(items.items())]
    return "\n".join(parts)


def _section(name: str, item: Any) -> str:
    lines = [f"### {name}\n"]
    if not inspect.isclass(item):
        lines.append(f"```python\n{_signature(name, item)}\n```\n")
    elif issubclass(item, keraport.KeraportError):
        base = item.__mro__[1].__name__
        lines.append(f"A `{base}`; the command exits with {item.exit_status}.\n")
    lines.append(_prose(inspect.getdoc(item) or ""))
    lines += [
        f"- `{member}`: {(inspect.getdoc(value) or '').splitlines()[0]}"
        for member, value in vars(item).items()
        if inspect.isclass(item) and not member.startswith("_") and isinstance(value, property)
    ]
    return "\n".join(lines) + "\n"


def _signature(name: str, item: Any) -> str:
    """The call, without types: the text below says what the arguments are."""
    parameters, starred = [], False
    for parameter in inspect.signature(item).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parameters.append("*")
            starred = True
        plain = parameter.replace(annotation=parameter.empty)
        parameters.append(str(plain))
    return f"keraport.{name}({', '.join(parameters)})"


def _prose(text: str) -> str:
    """A docstring as Markdown: lists of arguments become bullet points."""
    text = re.sub(r"``([^`]+)``", r"`\1`", text).replace("`keraport.", "`")
    lines = []
    for line in text.splitlines():
        if heading := re.fullmatch(r"(Args|Returns|Raises):", line):
            lines += [f"**{heading[1]}**", ""]
        elif entry := re.fullmatch(r"    (\w+): (.*)", line):
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        else:
            lines.append(f"  {line.strip()}" if line.startswith("        ") else line.strip())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
