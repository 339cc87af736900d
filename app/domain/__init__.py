"""The vocabulary: events, money, time, identity, levels. Pure; nothing here reads a clock, a disk or a network."""
