"""Commands as data: one declaration gives the key, the palette's entry, the help and the name to remap it by.

No module here but `bindings` imports Textual, so that the command line can list keys without it.
"""
