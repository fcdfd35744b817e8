"""Links that no weight is read from are found wherever they stand, and are not followed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

from keraport.formats.hdf5 import links
from keraport.inspection.inspect import inspect

Build = Callable[..., Path]


def _edit(file: h5py.File) -> None:
    file["notes/a/b"] = h5py.ExternalLink("/etc/other.h5", "/secret")
    file["notes/soft"] = h5py.SoftLink("/model_weights")
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "w", (2,))
    file.create_virtual_dataset("notes/virtual", layout)
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_external(b"/etc/passwd", 0, 32)
    place = file["notes"].id
    h5d.create(place, b"outside", h5t.IEEE_F32LE, h5s.create_simple((4, 2)), plist)
    file["notes/ring"] = file["notes"]


def test_each_is_named_with_its_place(model_file: Build) -> None:
    found = {item.where: item for item in links.pointers_of(model_file(edit=_edit))}
    assert set(found) == {"/notes/a/b", "/notes/soft", "/notes/virtual", "/notes/outside"}
    assert found["/notes/a/b"].text == "an external link to /secret of the file /etc/other.h5"
    assert found["/notes/soft"].text == "a soft link to /model_weights"
    assert "virtual" in found["/notes/virtual"].text
    assert "/etc/passwd" in found["/notes/outside"].text
    assert not found["/notes/soft"].external
    assert sum(item.external for item in found.values()) == 3


def test_a_model_of_keras_has_none(model_file: Build) -> None:
    assert links.pointers_of(model_file()) == ()


def test_inspect_names_them(model_file: Build) -> None:
    hazards = [item for item in inspect(model_file(edit=_edit)).hazards if item.kind == "link"]
    assert {item.where for item in hazards} >= {"HDF5: /notes/a/b", "HDF5: /notes/outside"}
    assert {item.cve for item in hazards} == {(), ("CVE-2026-1669",)}


def test_inspect_names_them_beside_an_architecture(
    weights_file: Build, tmp_path: Path, architecture: object
) -> None:
    import json

    model = tmp_path / "model.json"
    model.write_text(json.dumps(architecture))
    found = inspect(model, weights=weights_file(edit=_edit)).hazards
    assert "HDF5: /notes/a/b" in {item.where for item in found}


def test_a_deep_ring_of_groups_ends(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        group = file.create_group("g")
        for _ in range(3000):
            group = group.create_group("g")
        group["back"] = file["g"]
        group["out"] = h5py.SoftLink("/")

    (found,) = links.pointers_of(model_file(edit=edit))
    assert found.where.endswith("/g/out")


def test_a_file_of_many_objects_is_given_up(
    model_file: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(file: h5py.File) -> None:
        for number in range(200):
            file[f"many/{number}/x"] = np.float32(1)

    monkeypatch.setattr(links, "_MOST_OBJECTS", 50)
    assert links.pointers_of(model_file(edit=edit)) == ()
