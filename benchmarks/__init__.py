"""Speed as ratios: ours against something bare, in the same run, on the same files (`make bench`)."""
