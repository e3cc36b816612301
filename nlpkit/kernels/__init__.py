"""Compiled loops over numpy arrays, a file per topic; they import numpy and numba only.

A kernel may call kernels of other files: nlpkit/compilation.py names the folder of its machine code by a digest of all
of these files.
"""
