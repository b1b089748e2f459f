"""Goals of a plan: verdicts, odds before year end, and what it would take to reach them."""
