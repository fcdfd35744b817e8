"""Verdicts, counts and the stable shape of a report."""

from __future__ import annotations

import json

import pytest

from keraport.report import Journal, LayerReport, Note, Report, Verdict, brief, worst

ORDER = ["unchanged", "exact", "equivalent", "approximate", "refused"]


def note(verdict: Verdict, text: str = "text") -> Note:
    return Note(verdict, text, "hint", "source")


def row(path: str, *verdicts: Verdict) -> LayerReport:
    return LayerReport(path, "Dense", tuple(note(verdict) for verdict in verdicts))


def report(*rows: LayerReport, training: tuple[Note, ...] = ()) -> Report:
    return Report("tf2.3", "tf1.12", "evidence", rows, training=training)


def test_the_order_is_from_best_to_worst() -> None:
    assert [verdict.value for verdict in Verdict] == ORDER
    assert [verdict.rank for verdict in Verdict] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("better", Verdict)
@pytest.mark.parametrize("other", Verdict)
def test_the_worst_counts(better: Verdict, other: Verdict) -> None:
    expected = ORDER[max(ORDER.index(better.value), ORDER.index(other.value))]
    assert worst([better, other]) == expected
    assert row("d", better, other).verdict == expected
    assert report(row("a", better), row("b", other)).verdict == expected


def test_nothing_noted_is_unchanged() -> None:
    assert worst([]) is Verdict.UNCHANGED
    assert row("d").verdict is Verdict.UNCHANGED
    assert report().verdict is Verdict.UNCHANGED


def test_training_touches_no_prediction() -> None:
    assert report(row("d"), training=(note(Verdict.REFUSED),)).verdict is Verdict.UNCHANGED


def test_refusals_and_counts() -> None:
    found = report(
        row("a"), row("b", Verdict.EXACT, Verdict.REFUSED), row("c", Verdict.EXACT), row("d")
    )
    assert [layer.path for layer in found.refusals] == ["b"]
    assert found.counts() == {
        "unchanged": 2,
        "exact": 1,
        "equivalent": 0,
        "approximate": 0,
        "refused": 1,
    }
    assert sum(found.counts().values()) == 4


def test_json() -> None:
    found = Report(
        source="tf2.3",
        target="tf1.12",
        evidence="keras_version 2.4.0",
        layers=(row("d", Verdict.EXACT),),
        training=(note(Verdict.REFUSED, "no such loss"),),
        left_out=("the optimizer's state",),
        load="load_model()",
        written=("out_objects.py", "out.h5"),
    )
    document = found.to_json()
    assert json.loads(json.dumps(document)) == document
    assert document == {
        "source": "tf2.3",
        "target": "tf1.12",
        "backend": "",
        "evidence": "keras_version 2.4.0",
        "verdict": "exact",
        "counts": {
            "unchanged": 0,
            "exact": 1,
            "equivalent": 0,
            "approximate": 0,
            "refused": 0,
        },
        "layers": [
            {
                "path": "d",
                "class_name": "Dense",
                "verdict": "exact",
                "notes": [
                    {
                        "verdict": "exact",
                        "text": "text",
                        "hint": "hint",
                        "source": "source",
                        "options": [],
                        "drift": "",
                    }
                ],
            }
        ],
        "training": [
            {
                "verdict": "refused",
                "text": "no such loss",
                "hint": "hint",
                "source": "source",
                "options": [],
                "drift": "",
            }
        ],
        "left_out": ["the optimizer's state"],
        "load": "load_model()",
        "written": ["out_objects.py", "out.h5"],
        "ported": [],
    }


def test_a_journal_keeps_a_note_once_and_rows_in_the_order_asked_for() -> None:
    journal = Journal()
    journal.note("b", note(Verdict.EXACT))
    journal.note("b", note(Verdict.EXACT))
    journal.note("b", note(Verdict.REFUSED))
    rows = journal.rows({"a": "Dense", "b": "LSTM"})
    assert [(item.path, item.class_name, len(item.notes)) for item in rows] == [
        ("a", "Dense", 0),
        ("b", "LSTM", 2),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("words", "'words'"),
        ([1, None, {"a": True}], "[1, None, {'a': True}]"),
        ("4w" * 3500, f"'{'4w' * 30}'... (7,000 characters)"),
        (list(range(3000)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... (3,000 in all)]"),
    ],
)
def test_values_in_messages_are_short(value: object, said: str) -> None:
    assert brief(value) == said
