"""On what is the detection judged? One module per set, each giving figures and truth of one shape."""
