class LocallyConnected2D(_LocallyConnected):
    """LocallyConnected2D as Keras had it up to 2.15."""

    rank = 2
