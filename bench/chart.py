"""A bar chart as SVG: how near each kind of request comes to a constant answer of the same size."""
from html import escape

from figures import Row, ordered
from targets import SHARES

LABEL_WIDTH, BAR_WIDTH, TEXT_WIDTH = 210, 520, 250
MARGIN, BAR_HEIGHT, BAR_STEP, GROUP_GAP, HEADING_HEIGHT = 24, 12, 15, 10, 58
WIDTH = MARGIN * 2 + LABEL_WIDTH + BAR_WIDTH + TEXT_WIDTH
LEFT = MARGIN + LABEL_WIDTH
SHADES = ["#9ecae1", "#5ba3cf", "#2a7ab9", "#0b4d8a"]
TARGET = "#c0392b"
STYLE = """
text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:#222}
.title{font-size:17px;font-weight:bold}
.heading{font-size:14px;font-weight:bold}
.small{font-size:10.5px;fill:#444;paint-order:stroke;stroke:white;stroke-width:4px}
"""


class Drawing:
    def __init__(self):
        self.parts, self.y = [], MARGIN

    def text(self, x, y, content, kind="", anchor="start"):
        self.parts.append(f'<text x="{x}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">'
                          f"{escape(content)}</text>")

    def box(self, x, width, height, fill):
        self.parts.append(f'<rect x="{x:.1f}" y="{self.y:.1f}" width="{width:.1f}" '
                          f'height="{height}" fill="{fill}"/>')

    def line(self, x, top, bottom, colour, width=1):
        self.parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" '
                          f'stroke="{colour}" stroke-width="{width}"/>')

    def svg(self):
        height = self.y + MARGIN
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
                f'viewBox="0 0 {WIDTH} {height:.0f}">\n<style>{STYLE}</style>\n'
                f'<rect width="100%" height="100%" fill="white"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def chart(figures):
    drawing = Drawing()
    shades = shades_of(figures)
    legend(drawing, shades)
    for shoppers in figures.sizes():
        rows = ordered(figures, shoppers)
        for setup in dict.fromkeys(row.setup for row in rows):
            panel(drawing, figures, f"{shoppers:,} shoppers, {setup}",
                  [row for row in rows if row.setup == setup], shades)
    return drawing.svg()


def shades_of(figures):
    """{connections: colour}: the more connections, the darker."""
    every = sorted({row.connections for row in figures.runs})
    return {number: SHADES[at * (len(SHADES) - 1) // max(1, len(every) - 1)]
            for at, number in enumerate(every)}


def legend(drawing, shades):
    drawing.text(MARGIN, drawing.y + 12, "Velum's rate, as a share of a constant answer's", "title")
    drawing.y += 30
    x = MARGIN
    for connections, shade in shades.items():
        drawing.box(x, 14, BAR_HEIGHT, shade)
        name = f"{connections} connection" + ("" if connections == 1 else "s")
        drawing.text(x + 20, drawing.y + 10, name)
        x += 130
    drawing.line(x + 7, drawing.y - 1, drawing.y + 13, TARGET, 2)
    drawing.text(x + 20, drawing.y + 10, "target")
    drawing.y += 16


def panel(drawing, figures, heading, rows, shades):
    drawing.y += HEADING_HEIGHT
    drawing.text(MARGIN, drawing.y - 24, heading, "heading")
    top = drawing.y
    grid_at = len(drawing.parts)
    for kind in dict.fromkeys(row.request for row in rows):
        drawing.y += GROUP_GAP
        drawing.text(LEFT - 10, drawing.y + 11, kind, anchor="end")
        for row in rows:
            if row.request == kind:
                bar(drawing, figures, row, shades[row.connections])
    grid(drawing, top, grid_at)


def bar(drawing, figures, row, shade):
    share = figures.share(row, "constant")
    width = BAR_WIDTH * min(share, 1)
    drawing.box(LEFT, max(width, 1), BAR_HEIGHT, shade)
    target = target_of(row)
    if target is not None:
        x = LEFT + BAR_WIDTH * target
        drawing.line(x, drawing.y - 2, drawing.y + BAR_HEIGHT + 2, TARGET, 2)
    end = LEFT + max(width, BAR_WIDTH * (target or 0)) + 6
    drawing.text(end, drawing.y + 10, said_of(figures, row, share), "small")
    drawing.y += BAR_STEP


def target_of(row):
    for (request, setup, connections), yardstick, target in SHARES:
        if yardstick == "constant" and row == Row(row.shoppers, setup, request, connections):
            return target.least
    return None


def said_of(figures, row, share):
    said = [f"{share * 100:.0f} %" if share >= 0.01 else f"{share * 100:.1f} %",
            f"{figures.median(row, 'per_second'):,.0f}/s"]
    for yardstick, name in (("flush", "the flush rate"), ("store", "the store's")):
        of = figures.share(row, yardstick)
        if of is not None:
            said.append(f"{of:.2f} × {name}")
    return " · ".join(said)


def grid(drawing, top, at):
    """Lines behind the bars, at every quarter."""
    bars, drawing.parts = drawing.parts[at:], drawing.parts[:at]
    for quarter in range(5):
        x = LEFT + BAR_WIDTH * quarter / 4
        drawing.line(x, top, drawing.y + 2, "#dddddd")
        drawing.text(x, top - 4, f"{quarter * 25} %", "small", "middle")
    drawing.parts += bars
