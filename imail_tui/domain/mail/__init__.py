"""A mail as text for a terminal: nothing is fetched, nothing acts, everything ends.

What comes in is whatever somebody on the internet wrote; what comes out are safe lines in sections (what was
written, what was quoted, the signature) and a list of the links with their real hosts.
"""
