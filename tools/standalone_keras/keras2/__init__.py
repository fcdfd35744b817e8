"""Small models that standalone Keras 2.0 to 2.3 builds; run by ``tools/build_standalone_keras.py``.

Each function is a model. Its name says what it is about; what a release lacks raises an error
there, and the model is not in the folder of that release. Written for Python 3.6.
"""

# They list their models.
from standalone_keras.keras2 import convolutions, dense, graphs, masks, recurrent  # noqa: F401
