"""From sources to city-days: one module per source, checks shared."""
