"""Every layer of TensorFlow 2.3.0 x argument values x positions: what the sweep is made of."""
