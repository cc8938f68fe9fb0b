"""What a call costs: by its rate, in started units, as carriers in Japan charge (3分8.5円)."""

from decimal import Decimal

from naisen.routing.decision import Rate


def yen_for(rate: Rate | None, duration_ms: int) -> Decimal:
    """Yen for an answered call that lasted `duration_ms` ms; every started unit counts, the first one always.

    No rate: no charge. Ask for answered calls only: others cost nothing.
    """
    if rate is None:
        return Decimal(0)
    started_units = max(1, -(-duration_ms // (rate.unit_s * 1000)))
    return started_units * Decimal(rate.unit_yen)
