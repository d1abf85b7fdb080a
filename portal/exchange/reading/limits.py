"""How large a table may be, and why. Whoever meets a limit is told which; nothing is ever cut."""

MEGABYTE = 1024**2

# Twice the rows of all regions' contracts over ten years. A workbook of them is some 15 MB, a CSV file some 50.
MOST_ROWS = 200_000
MOST_WORKBOOK_BYTES = 20 * MEGABYTE
MOST_CSV_BYTES = 60 * MEGABYTE
# Exports of finance systems have up to some eighty columns, of which a few are of use.
MOST_COLUMNS = 100
# What a cell of Excel can hold. Also of a CSV file, so that what was read can be written.
LONGEST_TEXT = 32_767
# Titles, logotypes and explanations above the headings.
HEADING_ROWS = 50

# A workbook is a zip file. 300 MB of XML is a sheet of 200 000 rows and 25 columns; real ones fold to a tenth or a
# thirtieth, so what unfolds a hundredfold was made to.
MOST_UNFOLDED_BYTES = 300 * MEGABYTE
MOST_FOLDING = 100
FREELY_FOLDED_BYTES = 20 * MEGABYTE
MOST_PARTS = 2_000
MOST_SHEETS = 50
# The parts that say what else is in the file: a few KB each.
MOST_INDEX_BYTES = 2 * MEGABYTE

# The child process that opens workbooks. 200 000 rows of 25 columns need 700 MB while they are parsed, 20 000 need 80.
CHILD_MEMORY_BYTES = 1024 * MEGABYTE
CHILD_CPU_SECONDS = 60
# Without a word from the child; the time that the reader of the rows takes doesn't count.
CHILD_SILENCE_SECONDS = 90

# A row of a CSV file, in characters: all columns at their longest would be 3.3 million.
LONGEST_ROW = 4_000_000
