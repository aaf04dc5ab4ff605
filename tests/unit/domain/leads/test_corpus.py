"""Titles as real tools write them, with their quirks: which tool, which columns, what records become."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest

from imail_tui.domain.leads.layout import layout_of
from imail_tui.domain.leads.records import Accepted, Invalid, Outcome, read_record
from imail_tui.domain.leads.sources import recognise

APOLLO = (
    "First Name,Last Name,Title,Company Name,Company Name for Emails,Email,Email Status,Primary Email Source,"
    "Primary Email Verification Source,Email Confidence,Primary Email Catch-all Status,"
    "Primary Email Last Verified At,Seniority,Departments,Sub Departments,Contact Owner,Work Direct Phone,"
    "Home Phone,Mobile Phone,Corporate Phone,Other Phone,Do Not Call,Stage,Lists,"
    "Last Contacted,Account Owner,"
    "# Employees,Industry,Keywords,Person Linkedin Url,Website,Company Linkedin Url,Facebook Url,Twitter Url,"
    "Address,City,State,Country,Company Address,Company City,Company State,Company Country,Company Phone,"
    "Technologies,Annual Revenue,Total Funding,Latest Funding,Latest Funding Amount,Last Raised At,"
    "Parent company (Apollo data),Parent company (Apollo data - Organization ID),Email Sent,Email Open,"
    "Email Bounced,Replied,Demoed,Number of Retail Locations,SIC Codes,NAICS Codes,Apollo Contact Id,"
    "Apollo Account Id,Apollo Record Id,Secondary Email,Secondary Email Source,Secondary Email Status,"
    "Secondary Email Verification Source,Tertiary Email,Tertiary Email Source,Tertiary Email Status,"
    "Tertiary Email Verification Source,Primary Intent Topic,Primary Intent Score,Secondary Intent Topic,"
    "Secondary Intent Score,Qualify Contact"
)
APOLLO_2024 = (
    "First Name,Last Name,Title,Company Name,Company Name for Emails,Email,Email Status,"
    "Seniority,Departments,"
    "Work Direct Phone,Home Phone,Mobile Phone,Corporate Phone,Other Phone,Stage,Lists,# Employees,Industry,"
    "Keywords,Person Linkedin Url,Website,Company Linkedin Url,City,State,Country,Company City,"
    "Company Country,Subsidiary of,Subsidiary of (Organization ID),Apollo Contact Id,Apollo Account Id"
)
APOLLO_OLDEST = (
    "First Name,Last Name,Title,Company,Email,Email Status,# Employees,Industry,Person Linkedin Url,Website,"
    "Company Linkedin Url,City,State,Country"
)
HUNTER = (
    "First name,Last name,Full name,Job title,Company,Industry,Department,Company size,Company Type,"
    "Email address,Confidence score,Company Country,Website,LinkedIn URL,Phone number,Twitter,Notes,Source,"
    "Sending status,Date of creation,Date of last update,Date of last activity,"
    "Date of last contact,Owner,City,"
    "State,Postal code,Country,Verification status,Verification date,Tags"
)
HUNTER_DOMAINS = (
    "Domain name,Organization,Headcount,Country,State,City,Postal code,Street,Pattern,Company type,Industry,"
    "Email address,Type,Confidence score,Number of sources,First name,Last name,Department,Job title,"
    "Position raw,Twitter handle,LinkedIn URL,Phone number,Source 1"
)
HUNTER_COMPANIES = (
    "Company Name,Domain,City,State,Postal Code,Country,Industry,Headcount,Company Type,Tags,Linkedin,"
    "Description"
)
PHANTOM = (
    "profileUrl,fullName,firstName,lastName,companyName,title,companyId,companyUrl,regularCompanyUrl,summary,"
    "titleDescription,industry,companyLocation,location,durationInRole,durationInCompany,"
    "pastExperienceCompanyName,pastExperienceCompanyUrl,pastExperienceCompanyTitle,pastExperienceDate,"
    "pastExperienceDuration,connectionDegree,profileImageUrl,sharedConnectionsCount,name,vmid,"
    "linkedInProfileUrl,isPremium,isOpenLink,query,timestamp,defaultProfileUrl"
)
LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Associated Company,"
    "Country/Region,Contact owner"
)
HUBSPOT_WIDE = (
    "Record ID,First Name,Last Name,Email,Job Title,Company Name,Lifecycle Stage,Original Source,"
    "Associated Company IDs,Tags"
)
INSTANTLY = "email,first_name,last_name,company_name,personalization,phone,website"
SMARTLEAD = "email,first_name,last_name,company_name,company_url,linkedin_profile,phone_number,location"
PLAIN = "Email Address,First Name,Last Name"


@dataclass(frozen=True)
class Sheet:
    """A record under titles: `cells` by title, and the lead it becomes or the code of what is wrong."""

    name: str
    titles: str
    source: str
    cells: dict[str, str]
    lead: dict[str, Any] | str


ADA = {"First Name": "Ada", "Last Name": "Lovelace", "Email": "ada@acme.example"}
ADA_LEAD = {"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"}
SHEETS = (
    Sheet(
        "apollo: apostrophe before the phone, the person's country and not the company's",
        APOLLO,
        "apollo",
        {
            **ADA,
            "Title": "Head of Sales",
            "Company Name": "Acme",
            "Company Name for Emails": "ACME Inc.",
            "Work Direct Phone": "'+44 194 123",
            "Corporate Phone": "'+1 1",
            "Person Linkedin Url": "http://www.linkedin.com/in/ada",
            "Company Linkedin Url": "http://www.linkedin.com/company/acme",
            "Website": "https://acme.example",
            "City": "London",
            "Country": "United Kingdom",
            "Company Country": "United States",
            "Keywords": "saas, b2b",
            "Email Status": "Verified",
            "Apollo Contact Id": "66",
        },
        {
            **ADA_LEAD,
            "title": "Head of Sales",
            "company": "Acme",
            "phone": "+44 194 123",
            "linkedin_url": "http://www.linkedin.com/in/ada",
            "website": "https://acme.example",
            "city": "London",
            "country": "United Kingdom",
        },
    ),
    Sheet(
        "apollo: the second address where the first is blank, the third kept",
        APOLLO,
        "apollo",
        {"First Name": "Ada", "Secondary Email": "a@b.example", "Tertiary Email": "a@c.example"},
        {"email": "a@b.example", "first_name": "Ada", "custom": {"other_emails": "a@c.example"}},
    ),
    Sheet(
        "apollo: no address",
        APOLLO,
        "apollo",
        {"First Name": "Ada", "Email Status": "Unavailable"},
        "missing_email",
    ),
    Sheet(
        "apollo of 2024: the mobile phone where there is no direct one",
        APOLLO_2024,
        "apollo",
        {**ADA, "Mobile Phone": "'+44 7", "Company City": "Paris"},
        {**ADA_LEAD, "phone": "+44 7"},
    ),
    Sheet(
        "apollo, oldest", APOLLO_OLDEST, "apollo", {**ADA, "Company": "Acme"}, {**ADA_LEAD, "company": "Acme"}
    ),
    Sheet(
        "hunter: the person's country",
        HUNTER,
        "hunter",
        {
            "First name": "Ada",
            "Last name": "Lovelace",
            "Full name": "Ada Lovelace",
            "Email address": "ada@acme.example",
            "Company Country": "US",
            "Country": "GB",
            "Notes": "two\nlines",
            "Job title": "CEO",
        },
        {**ADA_LEAD, "country": "GB", "title": "CEO"},
    ),
    Sheet(
        "hunter, domain search: a role address is a person's too",
        HUNTER_DOMAINS,
        "hunter",
        {
            "Domain name": "acme.example",
            "Organization": "Acme",
            "Email address": "info@acme.example",
            "Type": "generic",
        },
        {"email": "info@acme.example", "company": "Acme", "website": "acme.example"},
    ),
    Sheet(
        "hunter, domain search: a company without an address",
        HUNTER_DOMAINS,
        "hunter",
        {"Organization": "Acme"},
        "missing_email",
    ),
    Sheet(
        "linkedin",
        LINKEDIN,
        "linkedin",
        {
            **ADA,
            "Email Address": "ada@acme.example",
            "URL": "https://www.linkedin.com/in/ada",
            "Company": "Acme",
            "Position": "CEO",
            "Connected On": "12 Mar 2024",
        },
        {**ADA_LEAD, "linkedin_url": "https://www.linkedin.com/in/ada", "company": "Acme", "title": "CEO"},
    ),
    Sheet("linkedin: most have no address", LINKEDIN, "linkedin", {"First Name": "Ada"}, "missing_email"),
    Sheet(
        "hubspot: several addresses in a cell",
        HUBSPOT,
        "hubspot",
        {
            **ADA,
            "Email": "ada@acme.example; a@b.example",
            "Associated Company": "Acme",
            "Country/Region": "UK",
        },
        {**ADA_LEAD, "company": "Acme", "country": "UK", "custom": {"other_emails": "a@b.example"}},
    ),
    Sheet(
        "hubspot, another view",
        HUBSPOT_WIDE,
        "hubspot",
        {**ADA, "Job Title": "CEO", "Company Name": "Acme", "Associated Company IDs": "1;2"},
        {**ADA_LEAD, "title": "CEO", "company": "Acme"},
    ),
    Sheet(
        "instantly",
        INSTANTLY,
        "instantly",
        {"email": "ada@acme.example", "company_name": "Acme", "personalization": "Hi"},
        {"email": "ada@acme.example", "company": "Acme"},
    ),
    Sheet(
        "smartlead",
        SMARTLEAD,
        "smartlead",
        {"email": "ada@acme.example", "company_url": "acme.example", "linkedin_profile": "in/ada"},
        {"email": "ada@acme.example", "website": "acme.example", "linkedin_url": "in/ada"},
    ),
    Sheet(
        "mailchimp",
        PLAIN,
        "generic",
        {"Email Address": "Ada <ada@acme.example>"},
        {"email": "ada@acme.example"},
    ),
    Sheet("a bare host", PLAIN, "generic", {"Email Address": "ada@acme"}, "bare_host"),
    Sheet("nothing at all", PLAIN, "generic", {"Email Address": " "}, "blank"),
)


def outcome_of(sheet: Sheet) -> Outcome:
    titles = next(csv.reader(io.StringIO(sheet.titles)))
    assert not sheet.cells.keys() - {*titles} or sheet.name == "linkedin"
    source = recognise(titles)
    assert source.name == sheet.source
    return read_record([sheet.cells.get(title, "") for title in titles], layout_of(source, titles))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_record_becomes(sheet: Sheet) -> None:
    outcome = outcome_of(sheet)
    match outcome:
        case Accepted(body):
            assert body == sheet.lead
        case Invalid(code):
            assert code == sheet.lead
        case blank:
            assert blank == sheet.lead


@pytest.mark.parametrize(
    ("titles", "source"),
    [(HUNTER_COMPANIES, "hunter"), (PHANTOM, "phantombuster")],
    ids=["hunter", "phantom"],
)
def test_a_file_without_addresses_is_known_as_such(titles: str, source: str) -> None:
    headers = next(csv.reader(io.StringIO(titles)))
    found = recognise(headers)
    assert found.name == source
    assert layout_of(found, headers).emails == ()
    assert found.without_email


@pytest.mark.parametrize(
    "titles", [APOLLO, HUNTER, HUBSPOT, LINKEDIN], ids=["apollo", "hunter", "hubspot", "linkedin"]
)
def test_columns_may_be_taken_out_moved_and_doubled(titles: str) -> None:
    headers = next(csv.reader(io.StringIO(titles)))
    source = recognise(headers)
    turned = [*reversed(headers), "My own column"]
    assert recognise(turned) is source
    layout, turned_layout = layout_of(source, headers), layout_of(source, turned)
    assert {t: [headers[c] for c in cs] for t, cs in layout.columns.items()} == {
        t: [turned[c] for c in cs] for t, cs in turned_layout.columns.items()
    }
    assert "My own column" in turned_layout.left_out
