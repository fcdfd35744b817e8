"""The companion of an earlier conversion that lies beside a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.companion.write import companion_path, companion_source
from keraport.own.beside import companion_of

KNOWN = frozenset({"WithoutMask", "GroupNormalization"})


def _written(folder: Path, name: str) -> Path:
    model = folder / name
    text = companion_source(["WithoutMask"], model, get_release("tf2.15"), "load")
    path = companion_path(model)
    path.write_text(text, encoding="utf-8")
    return path


def test_it_is_known_by_the_model_that_it_names(tmp_path: Path) -> None:
    path = _written(tmp_path, "out.keras")
    found = companion_of(tmp_path / "out.keras", path, KNOWN)
    assert found is not None
    assert found.is_companion
    assert found.names == ("WithoutMask",)
    assert companion_of(tmp_path / "out.h5", path, KNOWN) is None


def test_what_no_companion_defines_is_not_taken_from_it(tmp_path: Path) -> None:
    path = _written(tmp_path, "out.keras")
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n\nclass Mine:\n    pass\n", encoding="utf-8")
    found = companion_of(tmp_path / "out.keras", path, KNOWN)
    assert found is not None
    assert found.names == ("WithoutMask",)


@pytest.mark.parametrize("text", ["class WithoutMask: pass\n", "no Python\n"])
def test_a_file_of_the_users_is_left_alone(tmp_path: Path, text: str) -> None:
    path = companion_path(tmp_path / "out.keras")
    assert companion_of(tmp_path / "out.keras", path, KNOWN) is None
    path.write_text(text, encoding="utf-8")
    assert companion_of(tmp_path / "out.keras", path, KNOWN) is None
