"""How long an import will take: by the rate so far, and by what the request budget allows."""


def seconds_left(
    rows: float, rows_per_second: float, rows_per_request: float, tokens: float, refill: float
) -> float | None:
    """Seconds until `rows` more are sent; None while nothing tells.

    `tokens` may be spent at once, `refill` a second from then on: whichever of the two bounds is later.
    """
    by_rate = rows / rows_per_second if rows_per_second > 0 else None
    if rows_per_request <= 0 or refill <= 0:
        return by_rate
    by_budget = max(0.0, rows / rows_per_request - tokens) / refill
    return by_budget if by_rate is None and by_budget > 0 else max(by_rate, by_budget) if by_rate else None
