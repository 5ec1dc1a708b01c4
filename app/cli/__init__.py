"""The command line: the same core as the desk, for scripts, servers and the 3 a.m. terminal."""
