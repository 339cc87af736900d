"""Kawal Harga keeps watch over prices in live commerce: selling at a loss, predatory pricing, and who may say so."""

__version__ = "0.1.0"
