"""Hazards as SARIF 2.1.0, the format that code scanners hand their findings on in.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from keraport.errors import InputFileError
from keraport.inspection.rules import RULES, Hazard, HazardKind, Rule
from keraport.version import VERSION

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_SEVERITY: Final = {"error": "8.8", "warning": "5.9", "note": "3.0"}
"""What GitHub sorts findings of security by: ``security-severity``."""
_UNREADABLE: Final = "unreadable"
_UNREADABLE_TEXT: Final = "the file is damaged, foreign, or unsafe to read"


def sarif_of(path: Path, hazards: Sequence[Hazard]) -> dict[str, Any]:
    """The log of an inspection.

    Args:
        path: the model file, as the user named it.
        hazards: what was found in it.
    """
    kinds = list(HazardKind)
    results = [
        {
            "ruleId": hazard.kind.value,
            "ruleIndex": kinds.index(hazard.kind),
            "level": hazard.rule.level.value,
            "message": {"text": _message(hazard)},
            "locations": [_location(path, hazard.where)],
            "partialFingerprints": {
                "hazard/v1": _fingerprint(hazard.kind.value, hazard.where, hazard.text)
            },
            "properties": {"cve": list(hazard.cve)},
        }
        for hazard in hazards
    ]
    return _log(path, [_rule(kind, RULES[kind]) for kind in kinds], results, [])


def sarif_of_failure(path: Path, error: InputFileError) -> dict[str, Any]:
    """The log of an inspection that ended because the file cannot be read safely."""
    rule = {
        "id": _UNREADABLE,
        "shortDescription": {"text": _UNREADABLE_TEXT},
        "defaultConfiguration": {"level": "error"},
    }
    result = {
        "ruleId": _UNREADABLE,
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": error.message},
        "locations": [_location(path, "")],
        "partialFingerprints": {"hazard/v1": _fingerprint(_UNREADABLE, "", error.message)},
    }
    notification = {"level": "error", "message": {"text": error.message}}
    return _log(path, [rule], [result], [notification])


def _log(
    path: Path,
    rules: list[dict[str, Any]],
    results: list[dict[str, Any]],
    notifications: list[dict[str, Any]],
) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": not notifications}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    driver = {
        "name": "keraport",
        "version": VERSION,
        "semanticVersion": VERSION,
        "rules": rules,
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [invocation],
                "artifacts": [{"location": {"uri": _uri(path)}, "roles": ["analysisTarget"]}],
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _rule(kind: HazardKind, rule: Rule) -> dict[str, Any]:
    level = rule.level.value
    return {
        "id": kind.value,
        "name": "".join(word.capitalize() for word in kind.value.split("_")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": _sentence(rule.loading)},
        "help": {"text": f"{_sentence(rule.loading)} keraport: {_sentence(rule.here)}"},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security"], "security-severity": _SEVERITY[level]},
    }


def _message(hazard: Hazard) -> str:
    known = f" Known as {', '.join(hazard.cve)}." if hazard.cve else ""
    return f"{_sentence(hazard.text)} {_sentence(hazard.rule.loading)}{known}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _location(path: Path, where: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(path), "index": 0}}
    }
    if where:
        location["logicalLocations"] = [{"fullyQualifiedName": where, "kind": "object"}]
    return location


def _uri(path: Path) -> str:
    """A URI, relative as the path is."""
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _fingerprint(*parts: str) -> str:
    """Stays the same as long as the finding does."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]
