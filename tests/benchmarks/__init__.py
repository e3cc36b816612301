"""What nlpkit reaches beside what users would run instead: measured by `make bench`, never by the tests."""
