"""The names of a lead's own fields, apart from the models: reading them costs nothing."""

LEAD_FIELDS = (
    "email",
    "first_name",
    "last_name",
    "company",
    "title",
    "phone",
    "website",
    "linkedin_url",
    "city",
    "state",
    "country",
    "timezone",
)
"""Writable standard fields, in the order forms and imports show them."""
