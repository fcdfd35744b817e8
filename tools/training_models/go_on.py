"""Load models in the release of this Python and train them further.

::

    PYTHON go_on.py MODULE JOBS RESULTS

JOBS is JSON: by name, the file, the kind of its model, and the companion, or null.
RESULTS gets by name what `training_models.train.goes_on` found, or ``error``.
Python 3.6 to 3.13.
"""

import importlib
import importlib.util
import json
import os
import sys
import warnings
from typing import Any, Dict

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from training_models.train import goes_on


def main() -> None:
    """Train each on."""
    keras = importlib.import_module(sys.argv[1])
    with open(sys.argv[2]) as file:
        jobs = json.load(file)
    found: Dict[str, Any] = {}
    for name, (path, kind, companion) in sorted(jobs.items()):
        try:
            found[name] = goes_on(keras, loader(keras, companion), path, kind)
        except Exception as error:
            found[name] = {"error": repr(error)[:500]}
    with open(sys.argv[3], "w") as file:
        json.dump(found, file)


def loader(keras: Any, companion: Any) -> Any:
    """What loads a model, with the classes of its companion if it has one."""
    if companion is None:
        return keras.models.load_model
    spec: Any = importlib.util.spec_from_file_location("companion", companion)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda path: keras.models.load_model(path, custom_objects=module.custom_objects)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    warnings.simplefilter("ignore")
    main()
