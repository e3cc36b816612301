"""Formats of records: one file each; `registry` knows them by name."""
