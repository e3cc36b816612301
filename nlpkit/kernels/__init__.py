"""Compiled loops: arrays and scalars in, arrays out; numpy and numba only, by topic.

Kernels of one file may call those of another: see compilation.py, which keeps machine code by a digest of both.
"""
