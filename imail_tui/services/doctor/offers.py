"""What the server offers, compared with what the client uses."""

import asyncio
from typing import Final

from imail_tui.api.client import ImailClient
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from imail_tui.services.capabilities import look_at_server
from imail_tui.services.doctor.finding import Finding, Verdict, ok, skipped, told
from imail_tui.store.profiles import Profile

READ_SECONDS: Final = 5.0


async def check_offers(profile: Profile, secret: Secret) -> list[Finding]:
    """Read the server's OpenAPI document; costs no token and needs no valid key."""
    client = ImailClient(secret, profile.base_url, limiter=BudgetLimiter(), version=profile.api_version)
    try:
        async with asyncio.timeout(READ_SECONDS):
            looked = await look_at_server(client, profile.base_url)
    except TimeoutError:
        return [skipped("capabilities", f"The server's document was not there within {READ_SECONDS:g} s.")]
    finally:
        await client.close()
    if looked.passing:
        return [skipped("capabilities", "The server did not answer.")]
    differences = looked.capabilities.differences()
    if differences:
        return [told("capabilities", Verdict.WARNING, problem) for problem in differences]
    guesses = len(looked.capabilities.assumed)
    return [ok("capabilities", f"everything the client uses is there, {guesses} operations by assumption")]
