"""Addresses of sheets in the small world."""

from hubfinder.sheets.orders import SheetOrder, read_scope

ORDER = SheetOrder(read_scope("school:990001"))
SCHOOL = "/sheet?for=school:990001"
LIST = "/sheet?for=list&item=service:sleep-clinic&item=hub:quayside-family-hub"
FORMS = ("/sheet.pdf", "/sheet/page/1.svg", "/sheet/print", "/sheet.txt", "/sheet.docx", "/sheet.ics")


def of(form: str, query: str = "for=school:990001") -> str:
    """The address of a form of a sheet."""
    return f"{form}?{query}"
