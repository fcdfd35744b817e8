"""Models of Keras 1, brought into the words of Keras 2.0 as the loaders of Keras 2 do it.

Sources: ``legacy/interfaces.py``, ``legacy/layers.py`` and ``preprocess_weights_for_loading`` in
``engine/topology.py`` of Keras 2.0.9; the layers of Keras 1.2.2.
"""
