"""Rules about the leads of a campaign, from counts over a sample of them."""

from collections.abc import Iterator

from imail_tui.domain.sequence.lint.finding import Audience, Finding, Judged, error, warning
from imail_tui.domain.sequence.templates import read_template
from imail_tui.domain.sequence.violations import whole_number

PLACE = "leads"
BLANK_SHARE = 0.05
NAMELESS_SHARE = 0.10
ROLE_SHARE = 0.15
CONSUMER_SHARE = 0.40
SUPPRESSED_SHARE = 0.10
UNVERIFIED_SHARE = 0.10
"""Shares from which a list is worth a second look (warmbly's and Instantly's rules)."""
DAYS_LEFT = 7


def audience(judged: Judged) -> Iterator[Finding]:
    """What is wrong with whom it goes to."""
    leads = judged.around.audience
    if leads is None or not leads.total:
        return
    yield from _variables(judged, leads)
    shares = (
        ("no_names", leads.blank.get("first_name", 0), NAMELESS_SHARE, "have no first name", "Add names."),
        ("role_addresses", leads.role, ROLE_SHARE, "are role addresses such as info@", "Find people."),
        ("consumer_domains", leads.consumer, CONSUMER_SHARE, "are private addresses", "Check the list."),
        (
            "suppressed",
            leads.suppressed,
            SUPPRESSED_SHARE,
            "are suppressed and get nothing",
            "Check the list.",
        ),
        ("unverified", leads.unverified, UNVERIFIED_SHARE, "are not verified", "Verify them: bounces cost."),
    )
    for code, count, share, words, remedy in shares:
        if count > share * leads.total:
            yield warning(code, PLACE, f"{count:,} of {leads.total:,} leads {words}", remedy)
    if leads.shared:
        message = f"{leads.shared:,} of {leads.total:,} leads are in another active campaign too"
        yield warning("shared_leads", PLACE, message, "Take them out of one: they would get both.")
    limit = whole_number(judged.raw.get("daily_limit"))
    if limit and leads.queued is not None and 0 < leads.queued < DAYS_LEFT * limit:
        days = leads.queued / limit
        message = f"{leads.queued:,} leads are left to begin with: {days:.1f} days at {limit:,} a day"
        yield warning("few_leads", PLACE, message, "Import more, or lower the daily limit.")


def _variables(judged: Judged, leads: Audience) -> Iterator[Finding]:
    told: set[str] = set()
    for place, subject, body in judged.wordings():
        for part, text in (("subject", subject), ("body", body)):
            for used in read_template(text).variables():
                name = used.name
                if used.fallback is not None or name in told:
                    continue
                if name.startswith("custom.") and name not in leads.columns:
                    told.add(name)
                    message = f"none of {leads.total:,} leads has {{{{{name}}}}}"
                    yield error("missing_column", f"{place}.{part}", message, "Import it, or add a fallback.")
                elif leads.blank.get(name, 0) > BLANK_SHARE * leads.total:
                    told.add(name)
                    count = leads.blank[name]
                    message = (
                        f"{{{{{name}}}}} is blank for {count:,} of {leads.total:,} leads, without a fallback"
                    )
                    yield warning("blank_variable", f"{place}.{part}", message, f"Write {{{{{name}|…}}}}.")
