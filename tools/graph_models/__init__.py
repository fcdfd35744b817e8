"""Small TensorFlow 2 programs that are no Keras models, a module for each subject.

Everything here runs in TensorFlow 2.3 alone.
"""
