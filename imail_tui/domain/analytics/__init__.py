"""What is asked of the counts and how the answer is read: spans of days, scopes, metrics, comparisons."""
