"""Tables that people upload: a CSV file or a workbook in, its headings and rows out.

    table = read_table(path, "suppliers.xlsx", expected=["name", "namn"])
    table.columns                 # [Column("Namn", "A"), …]
    for line in table.rows:       # Line(7, ("Bolaget AB", …))

Rows stream: memory doesn't grow with them. Whatever is wrong with the file as a whole is `Unreadable`, a sentence for
the person who chose it; it may come from `read_table` or from any step through `rows`.
"""

from portal.exchange.reading.cells import BrokenCell, Cell
from portal.exchange.reading.files import read_rows, read_table
from portal.exchange.reading.headings import heading_key
from portal.exchange.reading.table import Column, Line, Table
from portal.exchange.reading.unreadable import Unreadable

__all__ = ["BrokenCell", "Cell", "Column", "Line", "Table", "Unreadable", "heading_key", "read_rows", "read_table"]
