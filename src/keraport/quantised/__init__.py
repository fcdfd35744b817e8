"""Layers that Keras 3 quantized: which they are, what they store, and which numbers that means.

Whoever reads their weights gives the layer the numbers that its integers stand for
(`keraport.quantised.plain`); what is stored stays behind them, for a target that keeps the layer as
it is. Whether one does is decided in `keraport.surgery.quantised`.
"""
