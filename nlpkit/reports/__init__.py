"""Pages to look at: the pictures of a result, its table and lines of the text, in one file of HTML."""
