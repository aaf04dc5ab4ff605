"""The request limiter against a real server, in real time (`python -m tests.benchmarks.limiter`)."""
