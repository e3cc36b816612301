"""Compiled loops: arrays and scalars in, arrays out; numpy and numba only, every file on its own.

A kernel never calls a kernel of another file: numba's disk cache notices only changes of the kernel's own file.
"""
