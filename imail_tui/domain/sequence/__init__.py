"""Pure logic of a campaign's sequence.

Read and judge: `sequence`, `steps`, `atoms`, `rules`, `window_json`. When: `windows`, `zones`. One lead:
`course`, `walking` (move by move), `walk` (a whole history), `verdicts`, `reasons`. Its mails: `templates`,
`rendering`. Shown: `graph`, `words`, `drawing`.
"""
