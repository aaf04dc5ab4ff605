"""Beginning a campaign: empty, from a template, or where a draft was left."""

from textual.app import App

from imail_tui.domain.campaign_files.reading import read_campaign
from imail_tui.domain.shown import plural
from imail_tui.model.drafts import Draft
from imail_tui.services.campaign_code.files import starter, starter_names, starter_purpose
from imail_tui.services.drafting import Drafting
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.typeahead import opening

_EMPTY = "empty"


async def ask_beginning(app: App[None], drafting: Drafting) -> Draft | None:
    """The draft to write, None when it was left. Call it from a worker."""
    with opening(app):
        kept = await drafting.all()
    drafts = {f"draft:{draft.id}": draft for draft in kept if draft.campaign_id is None}
    choices = [
        *(
            Choice(key, draft.name or "(no name)", "draft", f"left unsaved, {_size(draft)}")
            for key, draft in drafts.items()
        ),
        Choice(_EMPTY, "Empty campaign", "", "not a step yet"),
        *(Choice(name, _title(name), "template", starter_purpose(name)) for name in starter_names()),
    ]
    answer = await app.push_screen_wait(PickerDialog("Begin with …", choices, at=_EMPTY))
    if answer is None:
        return None
    if answer in drafts:
        return drafts[answer]
    if answer == _EMPTY:
        return drafting.begin({"name": "", "inbox_ids": [], "steps": []})
    return drafting.begin(read_campaign(starter(answer).encode()).campaign)


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _size(draft: Draft) -> str:
    steps = draft.content.get("steps")
    return plural(len(steps) if isinstance(steps, list) else 0, "step")
