"""What the import is measured against: programs that make the same bodies of a file, and nothing else."""

from typing import Final

_FIELDS: Final = """
FIELDS = {"First Name": "first_name", "Last Name": "last_name", "Title": "title", "Company Name": "company",
    "Email": "email", "Work Direct Phone": "phone", "Person Linkedin Url": "linkedin_url",
    "Website": "website", "City": "city", "State": "state", "Country": "country"}
"""

SCRIPTS: Final = {
    "csv + orjson": _FIELDS
    + """
import csv, sys, orjson
with open(sys.argv[1], newline="", encoding="utf-8") as stream:
    reader = csv.reader(stream)
    titles = next(reader)
    places = [(titles.index(title), field) for title, field in FIELDS.items()]
    batch = []
    for row in reader:
        batch.append({field: row[place] for place, field in places if row[place]})
        if len(batch) == 5000:
            orjson.dumps({"on_duplicate": "skip", "leads": batch})
            batch = []
    orjson.dumps({"on_duplicate": "skip", "leads": batch})
""",
    "csv + pydantic": _FIELDS
    + """
import csv, sys, orjson
from pydantic import BaseModel, ConfigDict
class Lead(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    email: str
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None
    company: str | None = None
    phone: str | None = None
    linkedin_url: str | None = None
    website: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
with open(sys.argv[1], newline="", encoding="utf-8") as stream:
    reader = csv.reader(stream)
    titles = next(reader)
    places = [(titles.index(title), field) for title, field in FIELDS.items()]
    batch = []
    for row in reader:
        lead = Lead(**{field: row[place] for place, field in places if row[place]})
        batch.append(lead.model_dump(exclude_none=True))
        if len(batch) == 5000:
            orjson.dumps({"on_duplicate": "skip", "leads": batch})
            batch = []
    orjson.dumps({"on_duplicate": "skip", "leads": batch})
""",
    "polars": _FIELDS
    + """
import sys, polars
frame = polars.scan_csv(sys.argv[1], infer_schema=False).select(
    [polars.col(title).alias(field) for title, field in FIELDS.items()]).collect()
for start in range(0, len(frame), 5000):
    frame[start:start + 5000].write_json()
""",
}
"""Programs by name; each takes the file as its argument."""
