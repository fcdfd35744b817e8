"""Reports as pages: one file without scripts that needs no network.

Everything in a model file is untrusted. Templates escape whatever they are given
(`keraport.html.rendering`), and the page forbids browsers to run or fetch anything.
"""
