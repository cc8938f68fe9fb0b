"""Settings sheets with QR codes: one PDF of many."""

import io
import resource
import statistics
import time

from naisen.figures import Figure
from naisen.portal.bench.company import analyze, fill
from naisen.portal.devices.models import Device
from naisen.portal.settings_sheets import outputs
from naisen.portal.settings_sheets.actions import hand_out_sheets
from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope

SHEETS, ROUNDS = 1_000, 3
MOST_S, MOST_MIB = 3.0, 300
KIBIBYTES_A_MEBIBYTE = 1024


def measure(sheets: int = SHEETS, rounds: int = ROUNDS) -> list[Figure]:
    """Reading, decrypting, the audit entry and the PDF; beside what it may take."""
    with scope.scoped(scope.EVERYTHING):
        tenant = fill(sheets)
        analyze()
        by = Login.objects.get(tenant=tenant)
        ids = list(Device.objects.filter(tenant=tenant).values_list("pk", flat=True)[:sheets])
        seconds = {}
        for output in Output:
            taken = []
            for _round in range(rounds):
                began = time.perf_counter()
                made = hand_out_sheets(by=by, tenant=tenant, device_ids=ids, output=output)
                outputs.write(output, made, io.BytesIO())
                taken.append(time.perf_counter() - began)
            seconds[output] = statistics.median(taken)
    ours = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(whose).ru_maxrss for whose in ours) // KIBIBYTES_A_MEBIBYTE
    figures = [Figure(f"{sheets:,} sheets: {o.value}", "s", round(s, 2), MOST_S) for o, s in seconds.items()]
    return [*figures, Figure("most memory of one process", "MiB", peak, MOST_MIB)]
