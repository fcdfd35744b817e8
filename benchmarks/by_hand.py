"""A file of TensorFlow 2.3 for TensorFlow 1.12: with keraport, by hand, and copied by h5repack.

``uv run python benchmarks/by_hand.py [MEGABYTES]``; needs the runtimes of both releases. By hand
means: save JSON and weights in the old release, take out of the JSON what the other one does not
know, build the model there, load the weights and save it. The model here needs one such change;
what else has to be found out by hand is not measured.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from measuring import CONVERT, build, copy_and_flush, in_turn, show

from keraport.catalog.releases import get_release
from keraport.runtimes.manager import ensure_runtime

TAKE_APART = """
import sys
import tensorflow as tf
model = tf.keras.models.load_model(sys.argv[1], compile=False)
text = model.to_json().replace('"ragged": false, ', "").replace('"Functional"', '"Model"')
open(sys.argv[2], "w").write(text)
model.save_weights(sys.argv[3])
"""
PUT_TOGETHER = """
import sys
import tensorflow as tf
model = tf.keras.models.model_from_json(open(sys.argv[1]).read())
model.load_weights(sys.argv[2])
model.save(sys.argv[3])
"""


def main() -> None:
    """Print the table."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    new, old = (str(ensure_runtime(get_release(name))) for name in ("tf2.3", "tf1.12"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, text, weights = (folder / part for part in ("in.h5", "m.json", "weights.h5"))
        copied, out, repacked = (folder / part for part in ("c.h5", "out.h5", "repacked.h5"))
        (folder / "apart.py").write_text(TAKE_APART)
        (folder / "together.py").write_text(PUT_TOGETHER)
        build(source, megabytes)
        by_hand = f"{new} {folder}/apart.py {source} {text} {weights} && "
        by_hand += f"{old} {folder}/together.py {text} {weights} {folder}/hand.h5"
        commands = {
            "cp + fsync": copy_and_flush(source, copied),
            "keraport convert": [*CONVERT, "-q", str(source), str(out), "--to", "tf1.12"],
            "by hand, in TF 2.3 and 1.12": ["sh", "-c", f"({by_hand}) 2>/dev/null"],
        }
        if shutil.which("h5repack"):
            commands["h5repack"] = ["h5repack", str(source), str(repacked)]
        made = [copied, out, repacked, text, weights, folder / "hand.h5"]
        rows = in_turn(commands, made)
    print(f"{megabytes} MB")
    show(rows, "cp + fsync")


if __name__ == "__main__":
    main()
