"""Inputs that are URLs, read through fsspec, the extra `remote`."""
