"""The request limiter against a real server in real time: `python -m tests.benchmarks.limiter --help`."""

PER_MINUTE, BURST = 1000.0, 240
"""The smallest tier's bucket in ten-fold time: the harder case, more is under way for each token."""
RATE = PER_MINUTE / 60
CALLS = 540
"""Enough that the refill decides and not the first burst: the best possible time is 18 s."""
BEST_SECONDS = (CALLS - BURST) / RATE
WORKERS = 16
"""Callers at once in each process."""
MOST_PROCESSES = 4
SHORTEST, LONGEST = 0.01, 0.08
"""Seconds one way along the line."""
