"""A sheet as a Word file, which schools paste from into their newsletters: headings and plain paragraphs."""

from hubfinder.display.language import speaking
from hubfinder.sheets.furniture import more_beside
from hubfinder.sheets.values import Helpline, HubBox, Line, Section, Sheet, Text
from hubfinder.sheets.word_writing import Part, Writer, between, link, strong, words

HTTPS = "https://"


def docx_of(sheet: Sheet) -> bytes:
    """The whole sheet, without tables or boxes, so that any part of it can be copied."""
    writer = Writer(sheet)
    writer.describe(
        title=str(sheet.title),
        subject=str(sheet.subtitle),
        author=sheet.publisher,
        code=sheet.version.code,
        day=sheet.made_on,
    )
    writer.heading(1, words(sheet.title))
    writer.paragraph(words(sheet.subtitle))
    writer.paragraph(strong(sheet.danger))
    if sheet.hub:
        _hub(writer, sheet, sheet.hub)
    if sheet.map:
        writer.paragraph(words(sheet.map.alt))
    for section in (*sheet.sections, *((sheet.national,) if sheet.national else ())):
        _section(writer, sheet, section)
    if sheet.more.words:
        with speaking(sheet.language):
            more = more_beside(sheet.more.count)
        writer.paragraph(link(more, sheet.more.href))
    if sheet.helplines:
        writer.heading(2, words(sheet.labels["helplines"]))
        for one in sheet.helplines:
            _helpline(writer, one)
    _front_door(writer, sheet)
    _ending(writer, sheet)
    return writer.file()


def _hub(writer: Writer, sheet: Sheet, hub: HubBox) -> None:
    writer.heading(2, words(hub.heading))
    writer.heading(3, link(hub.name, hub.href))
    writer.paragraph(*between([words(hub.address), words(hub.distance)]))
    writer.paragraph(*_labelled(sheet, "telephone", hub.telephone))
    if hub.days:
        writer.paragraph(strong(hub.week))
    for one in hub.days:
        writer.paragraph(words(f"{one.name}: {one.hours}"))
    writer.paragraph(words(hub.note))


def _section(writer: Writer, sheet: Sheet, section: Section) -> None:
    writer.heading(2, words(section.heading))
    for line in section.lines:
        _line(writer, sheet, line)


def _line(writer: Writer, sheet: Sheet, line: Line) -> None:
    number = words(f"{line.number}. " if line.number else "")
    writer.heading(3, number, link(line.name, line.href))
    writer.paragraph(words(line.also))
    writer.paragraph(*between([strong(line.tag), words(line.who)]))
    writer.paragraph(words(line.what))
    writer.paragraph(*_labelled(sheet, "when", line.times))
    writer.paragraph(*_labelled(sheet, "where", line.where))
    writer.paragraph(*_labelled(sheet, "cost", line.cost))
    writer.paragraph(*_labelled(sheet, "telephone", line.telephone))
    writer.paragraph(*_labelled(sheet, "text", line.text_number))
    website = line.website or _typed(line)
    writer.paragraph(*_labelled(sheet, "website", website, HTTPS + website))
    writer.paragraph(*_labelled(sheet, "languages", line.languages))
    writer.paragraph(*_labelled(sheet, "how", line.apply))
    writer.paragraph(*between([words(line.note), words(line.checked)]))


def _helpline(writer: Writer, one: Helpline) -> None:
    writer.paragraph(*between([strong(one.name), words(", ".join(one.numbers))], ": "))
    writer.paragraph(words(one.what))


def _front_door(writer: Writer, sheet: Sheet) -> None:
    door = sheet.front_door
    writer.heading(2, words(door.heading))
    writer.paragraph(words(door.words))
    writer.paragraph(*_labelled(sheet, "telephone", door.telephone))
    writer.paragraph(link(door.href, door.href))
    writer.qr(door.qr, f"QR: {door.href}")


def _ending(writer: Writer, sheet: Sheet) -> None:
    writer.paragraph(*between([words(sheet.correct_on), words(sheet.published_by)]))
    if sheet.version.href:
        writer.paragraph(link(sheet.version.words, sheet.version.href))
        writer.qr(sheet.version.qr, f"QR: {sheet.version.href}")
    for note in sheet.notes:
        writer.paragraph(words(note))
    if sheet.map:
        writer.paragraph(words(sheet.map.sources))


def _typed(line: Line) -> str:
    """The short address of the page where there is no other way to ask: links are lost on paper."""
    return "" if line.telephone or line.text_number else line.qr.lower().partition("://")[2]


def _labelled(sheet: Sheet, key: str, value: Text | str, href: str = "") -> list[Part]:
    """``Telephone: 01632 960101``; nothing without a value."""
    if not value:
        return []
    return [strong(f"{sheet.labels[key]}: "), link(value, href)]
