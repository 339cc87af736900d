"""What does the whole line look like on real input? The demonstration behind `make demo`, and its proof (`CHECK=1`)."""
