"""Rows in, figures out: watermark, panes, rolling windows, price in force, baselines, market reference (Polars, pure)."""
