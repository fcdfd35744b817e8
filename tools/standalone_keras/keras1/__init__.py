"""Small models that Keras 1.2 builds; run by ``tools/build_keras1.py``.

Each function is a model, with TensorFlow's order of dimensions unless it says otherwise. What a
backend lacks raises an error there, and the model is not in the folder of that backend. Written for
Python 3.6.
"""

# They list their models.
from standalone_keras.keras1 import convolutions, dense, graphs, recurrent  # noqa: F401
