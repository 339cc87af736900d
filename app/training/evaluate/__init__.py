"""How good is the detection? Sets, baselines, ablations and the figures that `kawal evaluate` prints."""
