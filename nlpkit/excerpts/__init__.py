"""Excerpts: the first lines in which many texts occur, for pages and pictures."""
