"""Where inputs lie: local files and directories, URLs, standard input, pipes, compressed files."""
