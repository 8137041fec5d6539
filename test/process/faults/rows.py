"""All rows, in the order of the table."""

from process.faults import rows_data, rows_dns, rows_machine, rows_reseed, rows_restart
from process.faults.table import ROWS as DECLARED

_ORDER = [module.__name__ for module in (rows_restart, rows_reseed, rows_data, rows_dns, rows_machine)]
ROWS = sorted(DECLARED, key=lambda row: _ORDER.index(row.fault.__module__))
