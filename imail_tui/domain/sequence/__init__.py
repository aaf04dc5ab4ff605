"""Pure logic of a campaign's sequence: its graph, its words, its picture."""
