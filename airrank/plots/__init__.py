"""Figures: one per module; each returns the figure and the table behind it."""
