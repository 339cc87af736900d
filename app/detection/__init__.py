"""What is abnormal, and how sure is that? Features, forest, score, calibration. Pure: loaded objects in, frames out."""
