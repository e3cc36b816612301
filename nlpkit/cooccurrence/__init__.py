"""Which words stand near each other: collocations."""
