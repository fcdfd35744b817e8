"""HDF5 as ``model.save("x.h5")`` and ``model.save_weights("x.h5")`` write it.

The layout is that of ``save_model`` and ``save_weights_to_hdf5_group`` in ``engine/saving.py``
(TF 1.12) and ``saving/hdf5_format.py`` (TF 2.3)::

    /                    attributes keras_version, backend, model_config, training_config
    /model_weights       attributes layer_names, keras_version, backend
    /model_weights/<layer>                attribute weight_names
    /model_weights/<layer>/<weight name>  a dataset
    /optimizer_weights   attribute weight_names

A file with weights only has at its root what ``/model_weights`` has here.
"""

import os

# A filter that HDF5 does not know makes it load a shared object from HDF5_PLUGIN_PATH; this value
# turns that off, if it is set before the library starts (H5PL__init_package in HDF5's H5PLint.c).
os.environ.setdefault("HDF5_PLUGIN_PRELOAD", "::")
