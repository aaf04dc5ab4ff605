"""The `data` of events, as webhooks and the events list carry it."""

LINK = "https://haldenpike.example/more"


def mail_data(
    *, campaign_id: str, lead: tuple[str, str] | None, inbox: tuple[str, str], step_id: str, variant_id: str
) -> dict[str, object]:
    """What every event about a mail says; `lead` and `inbox` are (id, address)."""
    data: dict[str, object] = {"campaign_id": campaign_id}
    if lead is not None:
        data["lead"] = {"id": lead[0], "email": lead[1]}
    data |= {"inbox_id": inbox[0], "inbox_email": inbox[1], "step_id": step_id}
    return data | {"variant_id": variant_id} if variant_id else data


def bounce(kind: str, category: str) -> dict[str, object]:
    """The `bounce` of a bounced mail."""
    codes = {
        "mailbox_not_found": ("5.1.1", "550 5.1.1 The address does not exist"),
        "mailbox_full": ("4.2.2", "452 4.2.2 The recipient's mailbox is full"),
        "greylisted": ("4.7.1", "451 4.7.1 Greylisted, please try again later"),
        "temporary_failure": ("4.3.0", "421 4.3.0 Temporary system problem"),
        "content_rejected": ("4.7.0", "421 4.7.0 Message looks like unsolicited mail"),
    }
    code, diagnostic = codes[category]
    return {
        "bounce": {
            "category": "hard" if kind == "bounced_hard" else category,
            "code": code,
            "diagnostic": diagnostic,
        }
    }
