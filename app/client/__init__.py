"""The typed sender: how a platform (and `kawal replay`) posts events and ends with a heartbeat."""
