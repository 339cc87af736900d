"""Which honest sellers look like predators? Made-up lives of lawful retail, and planted losses that only differ in being none."""
