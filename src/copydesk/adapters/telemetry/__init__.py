"""The plugs that tell what happened: the log of decisions and the log of the program."""
