"""The joint model of coming days; it knows no goals and no ranks."""
