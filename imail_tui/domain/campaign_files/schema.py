"""The JSON Schema of a campaign's file, for editors that complete and check while one writes.

It says no more than the contract: names it does not know are allowed, so that what a newer imail adds is no
mistake. What a schema cannot say (targets, cycles, weights) the linter says.
"""

from imail_tui.domain.labels import LABELS
from imail_tui.domain.sequence.atoms import MAIL_SIGNALS, MAX_WITHIN_DAYS, OPERATORS
from imail_tui.domain.sequence.lint.settings import MAX_NAME
from imail_tui.domain.sequence.sequence import MAX_STEPS
from imail_tui.domain.sequence.steps import MAX_DELAY, MAX_VARIANTS
from imail_tui.domain.sequence.windows import DAY_NAMES

_Schema = dict[str, object]
_ID: _Schema = {"type": "string", "pattern": "^[a-z0-9_-]{1,40}$"}
_TARGET: _Schema = {
    "type": ["string", "null"],
    "description": "A step's id; null ends; left out: the following entry.",
}
_TIME: _Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"}
_DATE: _Schema = {"type": "string", "format": "date"}


def file_schema() -> _Schema:
    """The schema, JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imail campaign",
        "type": "object",
        "required": ["name", "inbox_ids", "steps"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME},
            "inbox_ids": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Ids or addresses of the inboxes that send.",
            },
            "daily_limit": {"type": ["integer", "null"], "minimum": 1, "description": "Mails a day."},
            "send_window": {"$ref": "#/$defs/window"},
            "track_opens": {"type": "boolean", "default": True},
            "track_clicks": {"type": "boolean", "default": True},
            "stop_on_reply": {"type": "boolean", "default": True},
            "steps": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_STEPS,
                "items": {"$ref": "#/$defs/step"},
            },
            "lint": {
                "type": "object",
                "properties": {
                    "ignore": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "Findings not to be told: code, or step:code.",
                    }
                },
            },
        },
        "$defs": {
            "window": _window(),
            "step": _step(),
            "variant": _variant(),
            "branch": _branch(),
            "condition": {
                "oneOf": [
                    {"$ref": "#/$defs/atom"},
                    *(
                        {
                            "type": "object",
                            "required": [joint],
                            "properties": {
                                joint: {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/atom"}}
                            },
                        }
                        for joint in ("all", "any")
                    ),
                ]
            },
            "atom": _atom(),
        },
    }


def _window() -> _Schema:
    return {
        "type": ["object", "null"],
        "properties": {
            "timezone": {"type": "string", "description": "lead, or a zone such as Europe/Berlin."},
            "days": {"type": "array", "items": {"enum": [*DAY_NAMES]}, "minItems": 1, "uniqueItems": True},
            "start": _TIME,
            "end": _TIME,
            "start_date": _DATE,
            "end_date": _DATE,
            "exclude_dates": {"type": "array", "items": _DATE},
        },
    }


def _step() -> _Schema:
    kinds: dict[str, tuple[list[str], _Schema]] = {
        "email": (
            ["body"],
            {
                "subject": {"type": "string", "description": "Blank continues the thread."},
                "body": {"type": "string"},
                "weight": {"type": "integer", "minimum": 0, "maximum": 100},
                "variants": {"type": "array", "maxItems": MAX_VARIANTS, "items": {"$ref": "#/$defs/variant"}},
                "next": _TARGET,
            },
        ),
        "wait": (
            ["delay"],
            {
                "delay": {
                    "type": "object",
                    "required": ["value", "unit"],
                    "properties": {
                        "value": {"type": "integer", "minimum": 1, "maximum": MAX_DELAY},
                        "unit": {"enum": ["minutes", "hours", "days"]},
                    },
                },
                "business_days": {"type": "boolean"},
                "next": _TARGET,
            },
        ),
        "condition": (
            ["branches", "else"],
            {
                "branches": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/branch"}},
                "else": {"type": ["string", "null"]},
            },
        ),
        "end": ([], {}),
    }
    return {
        "type": "object",
        "required": ["id", "type"],
        "properties": {"id": _ID, "type": {"type": "string", "examples": [*kinds]}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": {"required": required, "properties": fields},
            }
            for kind, (required, fields) in kinds.items()
        ],
    }


def _variant() -> _Schema:
    return {
        "type": "object",
        "required": ["id", "weight"],
        "properties": {
            "id": _ID,
            "weight": {"type": "integer", "minimum": 0, "maximum": 100},
            "active": {"type": "boolean", "default": True},
            "subject": {"type": ["string", "null"]},
            "body": {"type": ["string", "null"]},
        },
    }


def _branch() -> _Schema:
    return {
        "type": "object",
        "required": ["when", "next"],
        "properties": {
            "label": {"type": ["string", "null"]},
            "when": {"$ref": "#/$defs/condition"},
            "next": {"type": ["string", "null"]},
        },
    }


def _atom() -> _Schema:
    return {
        "type": "object",
        "required": ["signal"],
        "properties": {
            "signal": {"type": "string", "examples": [*MAIL_SIGNALS, "field", "random"]},
            "of_step": {"type": ["string", "null"], "description": "An earlier mail; left out: the latest."},
            "within_days": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_WITHIN_DAYS},
            "negate": {"type": "boolean"},
            "label": {"type": ["string", "null"], "examples": [*LABELS]},
            "field": {"type": "string", "description": "A field of the lead, or custom.x."},
            "op": {"enum": [*OPERATORS]},
            "value": {},
            "percent": {"type": "integer", "minimum": 1, "maximum": 99},
        },
    }
