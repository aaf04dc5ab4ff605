"""Analytics on the wire."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from imail_tui.sandbox.paging import Paging
from imail_tui.sandbox.schemas.answers import Day, closed
from imail_tui.sandbox.schemas.types import Date, Identifier

_GROUP = "(day|campaign|inbox|step|variant)"


class AnalyticsFilters(Paging):
    """Counts of which days and what, split how: `group_by` is a comma list, empty for one row.

    The last 30 days by default; both ends count.
    """

    group_by: Annotated[str, StringConstraints(pattern=f"^({_GROUP}(,{_GROUP}){{0,4}})?$")] = "day"
    start: Annotated[Date | None, Field(alias="from")] = None
    end: Annotated[Date | None, Field(alias="to")] = None
    campaign_id: Identifier | None = None
    inbox_id: Identifier | None = None
    format: Literal["json", "csv"] = "json"


@closed
class AnalyticsRow(TypedDict):
    """Raw counts of one group. A null key: mails of no campaign or step, or the step's own copy."""

    day: NotRequired[Day]
    campaign_id: NotRequired[str | None]
    inbox_id: NotRequired[str | None]
    step_id: NotRequired[str | None]
    variant_id: NotRequired[str | None]
    sent: int
    delivered: int
    opened: int
    unique_opened: int
    clicked: int
    unique_clicked: int
    replied: int
    positive_replied: int
    auto_replied: int
    bounced_hard: int
    bounced_soft: int
    unsubscribed: int
    contacted: int
