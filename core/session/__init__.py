"""Session: the state of the program, its history, the jobs a change starts, training, files."""
