"""The reference of the sheets' benchmark: equal content as HTML for WeasyPrint, with the same fonts."""

import io
from base64 import b64encode
from html import escape

import segno
from weasyprint import HTML

from hubfinder.sheets.fonts import FOLDER
from hubfinder.sheets.values import Line, Sheet

STYLE = f"""
@font-face {{ font-family: Sheet; src: url("file://{FOLDER}/NotoSans_400Regular.ttf") }}
@font-face {{ font-family: Sheet; font-weight: bold; src: url("file://{FOLDER}/NotoSans_700Bold.ttf") }}
@page {{ size: A4; margin: 10mm }}
body {{ font: 8pt/1.25 Sheet; margin: 0 }}
h1 {{ font-size: 16pt; margin: 0 }} h2 {{ font-size: 10pt; margin: 4pt 0 1pt }} p {{ margin: 0 }}
.columns {{ column-count: 2; column-gap: 6mm }}
.line {{ break-inside: avoid; display: flow-root; margin-bottom: 3pt }}
.qr {{ float: right; width: 13mm }} .map {{ width: 90mm }} .danger {{ font-weight: bold }}
"""


def pdf(sheet: Sheet) -> bytes:
    """A tagged PDF of the same texts, codes and map."""
    made: bytes = HTML(string=page_of(sheet)).write_pdf(pdf_variant="pdf/ua-1")
    return made


def page_of(sheet: Sheet) -> str:
    hub = sheet.hub
    parts = [
        f'<p class="danger">{escape(sheet.danger)}</p><h1>{escape(str(sheet.title))}</h1>',
        f"<p>{escape(str(sheet.subtitle))}</p>",
    ]
    if hub:
        hours = ", ".join(f"{day.name} {day.hours}" for day in hub.days)
        parts.append(
            f"<h2>{escape(hub.heading)}: {escape(str(hub.name))}</h2>{_qr(hub.qr)}"
            f"<p>{escape(str(hub.address))}, {escape(hub.distance)}, {escape(hub.telephone)}</p>"
            f"<p>{escape(hub.week)}: {escape(hours)}</p>"
        )
    if sheet.map:
        drawing = b64encode(sheet.map.svg.encode()).decode()
        alt = escape(sheet.map.alt)
        parts.append(f'<img class="map" alt="{alt}" src="data:image/svg+xml;base64,{drawing}">')
    sections = (*sheet.sections, *((sheet.national,) if sheet.national else ()))
    parts.append('<div class="columns">')
    parts += [f"<h2>{escape(str(one.heading))}</h2>{''.join(map(_line, one.lines))}" for one in sections]
    parts.append("</div>")
    lines = sheet.helplines
    parts += [f"<p><b>{escape(str(one.name))}</b> {escape(', '.join(one.numbers))}</p>" for one in lines]
    door = sheet.front_door
    parts.append(f"<h2>{escape(door.heading)}</h2>{_qr(door.qr)}<p>{escape(door.words)} {door.telephone}</p>")
    parts.append(f"{_qr(sheet.version.qr)}<p>{escape(sheet.version.words)} {escape(sheet.correct_on)}</p>")
    head = f"<title>{escape(str(sheet.title))}</title><style>{STYLE}</style>"
    return f'<html lang="{sheet.language.code}"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _line(line: Line) -> str:
    said = (line.tag, str(line.who), str(line.when), str(line.where), str(line.cost), line.telephone)
    words = " · ".join(escape(one) for one in said if one)
    return (
        f'<div class="line">{_qr(line.qr)}<p><b>{line.number or ""} {escape(str(line.name))}</b></p>'
        f"<p>{escape(str(line.what))}</p><p>{words}</p></div>"
    )


def _qr(content: str) -> str:
    if not content:
        return ""
    drawn = io.BytesIO()
    segno.make(content, error="m", micro=False).save(drawn, kind="svg", border=2)
    data = b64encode(drawn.getvalue()).decode()
    return f'<img class="qr" alt="QR" src="data:image/svg+xml;base64,{data}">'
