class LocallyConnected1D(_LocallyConnected):
    """LocallyConnected1D as Keras had it up to 2.15."""

    rank = 1
