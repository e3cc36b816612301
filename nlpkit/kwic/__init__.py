"""Concordance: what is looked for, in its lines, with its context (KWIC)."""
