"""A short run of ``tools/mutate.py``, always the same mutants, in both real releases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from mutants.document import Base, bases, layers_in, models_in
from mutants.graph import can_be_called
from mutants.mutant import mutant
from mutants.outcome import Outcome, Verdict
from mutants.pick import pick
from mutants.summary import write_page

MUTATE = Path(__file__).parents[2] / "tools" / "mutate.py"
COUNT = 200
SEED = 2


def run(ledger: Path, count: int, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(MUTATE), str(ledger), "--seed", str(SEED)]
    return subprocess.run(
        [*command, "--count", str(count), *more], capture_output=True, text=True, check=False
    )


def outcomes(ledger: Path) -> list[Outcome]:
    rows = ledger.read_text(encoding="utf-8").splitlines()[1:]
    return [Outcome.from_json(json.loads(row)) for row in rows]


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_golden_models_with_a_few_changes_convert_and_agree(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    first = run(ledger, 5)
    assert first.returncode == 0, first.stdout + first.stderr
    begun = ledger.read_text(encoding="utf-8")
    done = run(ledger, COUNT)
    assert done.returncode == 0, done.stdout + done.stderr
    # It went on where it had stopped.
    assert ledger.read_text(encoding="utf-8").startswith(begun)
    found = outcomes(ledger)
    assert [outcome.index for outcome in found] == list(range(len(found)))
    assert sum(outcome.counts for outcome in found) == COUNT
    agreeing = [outcome for outcome in found if outcome.verdict is Verdict.AGREES]
    assert len(agreeing) >= 0.97 * COUNT, done.stdout
    # Mutants that all fail in the source, or that all stay what they were, would find nothing.
    assert len(found) < 2 * COUNT
    assert len({outcome.base for outcome in agreeing}) > 80


def test_a_page_has_a_table_for_each_seed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- mutants -->\n<!-- /mutants -->\nafter\n", encoding="utf-8")
    for seed, count in ((10, 3), (9, 2), (10, 1)):
        found = [Outcome(index, "base", (), Verdict.AGREES) for index in range(count)]
        write_page(page, found, seed)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- mutants -->\n| seed 9 |")
    assert text.endswith("| share that converts | 100.00 % |\n<!-- /mutants -->\nafter\n")
    tables = text.split("\n\n")
    assert ["| made | 2 |" in tables[0], "| made | 1 |" in tables[1]] == [True, True]


def test_the_same_numbers_make_the_same_mutant() -> None:
    for number in range(100):
        assert mutant(SEED, number) == mutant(SEED, number)
    assert mutant(SEED, 1) != mutant(SEED + 1, 1)


def test_mutants_are_golden_models_with_one_to_three_changes() -> None:
    documents = {base.name: base.document for base in bases()}
    assert len(documents) > 200
    for number in range(300):
        made = mutant(SEED, number)
        assert 1 <= len(made.mutations) <= 3
        assert json.loads(made.document) != json.loads(documents[made.base.name])


def test_calls_that_wait_for_each_other_are_noticed() -> None:
    base: Base = next(base for base in bases() if base.name == "dense_functional")
    model = base.fresh()["model"]
    assert all(map(can_be_called, models_in(model, "Functional")))
    first = next(layer for layer in layers_in(model) if layer["class_name"] == "Dense")
    first["inbound_nodes"][0][0][0] = first["name"]
    assert not can_be_called(model)


def test_more_to_choose_from_changes_few_choices() -> None:
    items = list(range(50))
    kept = [pick(Random(seed), items) == pick(Random(seed), [*items, 99]) for seed in range(500)]
    assert 450 < sum(kept) < 500
    assert len({pick(Random(seed), items) for seed in range(500)}) == 50
