"""The loops behind the door: the detector's line and the courier."""
