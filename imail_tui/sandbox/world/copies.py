"""Makes many leads out of some, inside SQLite: branches of the same companies nobody has written to yet.

A large world needs a million leads; making each one in Python would take most of a minute.
"""

import sqlite3

BRANCHES = (("north", "North", 4), ("south", "South", 8), ("west", "West", 12), ("east", "East", 2))
"""Subdomain, name, and by how far the random part of the identifier is turned to be another one."""

_LEADS = """
INSERT INTO lead (id, email, first_name, last_name, company, title, phone, website, linkedin_url, city, state,
                  country, timezone, custom, verification, created_at, updated_at)
SELECT substr(id, 1, 14) || substr(id, 15 + :turn) || substr(id, 15, :turn),
       replace(email, '@', '@' || :subdomain || '.'), first_name, last_name, company || ' ' || :name, title,
       phone, website, linkedin_url, city, state, country, timezone, custom, verification,
       created_at, created_at
FROM lead WHERE no <= :last ORDER BY no
"""
_ENROLLMENTS = """
INSERT INTO enrollment (campaign_id, lead_id, status, enrolled_at)
SELECT e.campaign_id, substr(l.id, 1, 14) || substr(l.id, 15 + :turn) || substr(l.id, 15, :turn),
       'queued', l.created_at
FROM enrollment e JOIN lead l ON l.id = e.lead_id
WHERE l.no <= :last
  AND e.campaign_id IN (SELECT id FROM campaign WHERE status IN ('draft', 'active', 'paused'))
ORDER BY 1, 2
"""


def add_branches(connection: sqlite3.Connection) -> None:
    """Add four copies of every lead under other addresses, queued where its campaign still runs."""
    last = connection.execute("SELECT max(no) FROM lead").fetchone()[0]
    for subdomain, name, turn in BRANCHES:
        values = {"subdomain": subdomain, "name": name, "turn": turn, "last": last}
        connection.execute(_LEADS, values)
        connection.execute(_ENROLLMENTS, values)
