"""``.keras`` archives and ``.weights.h5`` files, as Keras writes them since 2.12."""
