"""Many models in one run: found, converted side by side, and remembered.

`batch` has the functions, and `api` those of ``import keraport``. One subject a module: `sources`
and `remote` find models, `fetch` and `content` make them ready, `one` does the work for one of them
in a `worker`, `engines` and `loop` hand the work to processes, `run` leads all of it, `ledger` and
`kept` remember what came of it, and `result` and `page` tell it.
"""
