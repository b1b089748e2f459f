"""A forecast of a period, read off the joint draws of its unknown days; its checks and files."""
