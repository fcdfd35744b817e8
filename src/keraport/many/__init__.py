"""Many models in one run: found, converted side by side, and remembered.

`keraport.many.batch` has the functions; the rest has one subject a module: `sources` finds models,
`one` does the work for one of them, `engines` and `run` hand the work to processes, `ledger`
remembers what came of it, and `result` counts.
"""
