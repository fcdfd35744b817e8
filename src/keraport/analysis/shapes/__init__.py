"""Static shapes: what every call of every layer reads and makes, told from configs alone."""

from keraport.analysis.shapes.infer import CallShapes, infer_shapes
from keraport.analysis.shapes.values import Shape

__all__ = ["CallShapes", "Shape", "infer_shapes"]
