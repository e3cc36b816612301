"""What belongs to the detection of encodings: the maker of its table of common characters, and its measurement."""
