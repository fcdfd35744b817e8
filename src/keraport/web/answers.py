"""What commands answer, made small enough for a page; every text in it may be shown as it is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from keraport.catalog.releases import get_release
from keraport.errors import UnknownReleaseError
from keraport.report import Verdict
from keraport.text import name, safe, words

_MOST_HAZARDS: Final = 50
"""Of a kind."""
_MOST_ROWS: Final = 200
_MOST_NAMES: Final = 12
_LONGEST: Final = 4_000


def of_inspection(found: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of the document of ``inspect``."""
    model = found["model"]
    return {
        "release": found["release"],
        "title": _title(found["release"]),
        "evidence": _text(found["evidence"]),
        "sure": found["sure"],
        "format": found["format"],
        "bytes": found["bytes"],
        "model": f"{name(model['name'] or '-')} ({name(model['class_name'])})" if model else "",
        "layers": len(found["layers"]),
        "weights": found["weights"],
        "training": _training(found["training"]),
        "hazards": _hazards(found["hazards"]),
        "weights_only": _texts(found["weights_only"], "text", "hint"),
    }


def of_report(document: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of the document of ``check`` or ``convert``."""
    report = document["report"]
    rows = _rows(report["layers"])
    return {
        "converts": document.get("converts", True),
        "source": _title(report["source"]),
        "target": _title(report["target"]),
        "verdict": report["verdict"],
        "meaning": Verdict(report["verdict"]).meaning,
        "counts": report["counts"],
        "rows": rows[:_MOST_ROWS],
        "more": max(0, len(rows) - _MOST_ROWS),
        "training": [_note(note) for note in report["training"][:_MOST_ROWS]],
        "left_out": [_text(item) for item in report["left_out"][:_MOST_ROWS]],
        "load": _text(report["load"]),
    }


def of_error(document: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of an error; of a refusal the report, too."""
    error = document["error"]
    shown = {"kind": error["kind"], **_texts(error, "message", "hint")}
    report = error.get("report")
    more = {"report": of_report({"converts": False, "report": report})} if report else {}
    return {"error": shown, **more}


def _rows(layers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The distinct notes, each with its layers, the worst first."""
    rows: dict[tuple[str, str, str], tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for layer in layers:
        for note in layer["notes"]:
            key = (note["verdict"], note["text"], note["hint"])
            rows.setdefault(key, (note, []))[1].append(layer)
    found = sorted(rows.values(), key=lambda row: -Verdict(row[0]["verdict"]).rank)
    return [{**_note(note), **_concerned(concerned)} for note, concerned in found]


def _concerned(layers: list[dict[str, Any]]) -> dict[str, Any]:
    classes = list(dict.fromkeys(layer["class_name"] for layer in layers))
    return {
        "layers": [name(layer["path"]) for layer in layers[:_MOST_NAMES]],
        "more": max(0, len(layers) - _MOST_NAMES),
        "classes": [name(item) for item in classes[:3]],
    }


def _note(note: dict[str, Any]) -> dict[str, Any]:
    return {"verdict": note["verdict"], **_texts(note, "text", "hint", "drift", "source")}


def _hazards(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups = []
    for _, group in groupby(found, key=lambda hazard: hazard["kind"]):
        same = list(group)
        items = [{"where": name(item["where"]), **_texts(item, "text")} for item in same]
        groups.append(
            {
                "kind": same[0]["kind"],
                "level": same[0]["level"],
                **_texts(same[0], "loading", "here"),
                "cve": sorted({cve for hazard in same for cve in hazard["cve"]}),
                "items": items[:_MOST_HAZARDS],
                "more": max(0, len(items) - _MOST_HAZARDS),
            }
        )
    return groups


def _training(found: dict[str, Any] | None) -> str:
    """In a line; empty if the model was not compiled."""
    if found is None:
        return ""
    parts = (found["optimizer"], f"loss {words(found['loss'])}")
    return _text(", ".join(name(str(part)) for part in parts if part))


def _title(release: str | None) -> str:
    try:
        return get_release(release).title if release else ""
    except UnknownReleaseError:
        return name(release or "")


def _texts(found: dict[str, Any] | None, *keys: str) -> dict[str, str]:
    return {key: _text(str(found[key])) for key in keys} if found else {}


def _text(text: str) -> str:
    return safe(text[:_LONGEST]) + ("..." if len(text) > _LONGEST else "")
