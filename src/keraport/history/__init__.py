"""The history of Keras, class by class, as the catalogs and the declared changes tell it.

`keraport.history.facts` says of a class in which releases it is, what its arguments are there, and
what means something else; `keraport.history.compare` says the same of two releases. Both give
dataclasses that the command line and the pages of the reference only render.
"""
