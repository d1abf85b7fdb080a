"""File names of reports, as people write them in spreadsheets and as a zip holds them."""

from portal.files.checks import clean_name


def name_key_of(name: str) -> str:
    """File names as they are compared: without folders, capitals and .pdf, and with single spaces."""
    name = clean_name(name)
    if name.casefold().endswith(".pdf"):
        name = name[:-4]
    return " ".join(name.split()).casefold()
