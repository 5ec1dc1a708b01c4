"""Two to four items side by side, seen at the same place and the same size."""
