"""What does the running service say about itself? JSON log lines and Prometheus figures."""
