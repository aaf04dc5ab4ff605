"""What to do about each fault, in short friendly words."""

NEW_KEY = "Give a new key in Settings, or set IMAIL_API_KEY."
OFFLINE = "Check the connection and the address; what is on screen stays usable."
CERTIFICATE = "The server's certificate is not trusted. Check the address and this machine's clock."
ADDRESS = "Check the server's address in Settings."
LOOKING = "Nothing was sent. Try again in a few seconds; what can wait goes on by itself."
TRY_AGAIN = "Try again in a moment."
LOOK_FIRST = "It may have been carried out: refresh and look before you repeat it."
BAD_RESPONSE = "A proxy or another service may be answering. Check the address, then try again."
SERVER = "It is the server's fault. Try again; if it stays, give imail the request id."
BUSY = "The request budget refills by itself; `imail-tui budget` says how far it is."
SMALLER = "Send it in smaller parts."

_BY_STATUS = {
    400: "Change the value and try again.",
    401: NEW_KEY,
    404: "Refresh the list; it may have been deleted.",
    409: "Look at what is there now.",
    410: "Start again from the newest.",
    412: "It was changed elsewhere: refresh, then repeat your change.",
    413: SMALLER,
    429: BUSY,
}


def for_status(status: int, code: str, required_tier: str) -> str:
    """What to do about an error answer, "" where there is nothing to say."""
    if status == 403:
        tier = required_tier.capitalize() or ("Surge" if code == "tier_required" else "")
        if tier:
            return f"This needs the {tier} tier or above: change the plan in imail's web app."
        return "This key may not do that: ask the workspace's owner."
    if status >= 500:
        return SERVER
    return _BY_STATUS.get(status, "")
