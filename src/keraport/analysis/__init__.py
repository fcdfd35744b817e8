"""What is found out about a model without changing it: shapes, dtypes, masks, order, soundness."""
