"""``--verify`` for many: real releases run every model, one process each for all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.many.conftest import JOB, OTHER, REFUSED, SMALL, distinct, left_over, put, run

from keraport.many.batch import Workers
from keraport.many.proving import Prover
from keraport.many.task import Proving
from keraport.runtimes.worker import Runtime


@pytest.mark.runtime("tf2.3", "tf1.12")
def test_one_process_a_release_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    real = Runtime.start.__func__  # type: ignore[attr-defined]

    def start(cls: type[Runtime], release: object, /, **more: object) -> Runtime:
        started.append(str(release))
        found: Runtime = real(cls, release, **more)
        return found

    monkeypatch.setattr(Runtime, "start", classmethod(start))
    for number in range(3):
        distinct(SMALL, tmp_path / "m" / f"{number}.h5", number)
    put(OTHER, tmp_path / "m" / "other.h5")
    put(REFUSED, tmp_path / "m" / "refused.h5")
    (tmp_path / "m" / "broken.h5").write_bytes(SMALL.read_bytes()[:3000])
    job = replace(JOB, proving=Proving())
    try:
        result = run([tmp_path / "m"], tmp_path / "out", job=job)
    finally:
        if Prover.of_this_process is not None:
            Prover.of_this_process.close()
    assert sorted(started) == ["tf1.12", "tf2.3"]
    verified = {Path(i.source).name: i.verification for i in result.outcomes if not i.status}
    assert verified == {"0.h5": "agree", "1.h5": "agree", "2.h5": "agree", "other.h5": "agree"}
    # A Lambda would run in the release that saved it, and nobody said that it may.
    assert {item.verdict for item in result.failed} == {"not_trusted", "damaged_file"}
    assert left_over(tmp_path / "out") == []


def test_verifying_is_the_work_of_one_process() -> None:
    pool = Workers(8).open(proving=True)
    assert pool.width == 1
    pool.close()
