# SPDX-License-Identifier: BSD-3-Clause
"""draw_terminals.py TITLE NAME < JSON: draws what `sidestep demo --json` recorded as NAME-light.svg and NAME-dark.svg.

Two terminals side by side: the act whose title has TITLE, without sidestep and with it.
"""
import html
import json
import re
import sys

COLOURS = {
    "light": {"paper": "#ffffff", "ink": "#1b1f24", "soft": "#5b6470", "frame": "#c4cbd4", "bar": "#eef1f5", "key": "#dfe4ea",
              "typed": "#00507f", "good": "#00507f", "bad": "#a83a00"},
    "dark": {"paper": "#14171b", "ink": "#e8eaed", "soft": "#9aa3ae", "frame": "#454d57", "bar": "#22272e", "key": "#39414b",
             "typed": "#9fd4f7", "good": "#9fd4f7", "bad": "#ffb184"},
}
WIDTH, LETTER, LINE, LEFT, TOP = 412, 8.4, 21, 14, 58


def letters(line):
    """A line of the screen: what was typed in its colour, a key that nothing echoed as a cap: <6>."""
    prompt = re.match(r"(\$ |>>> )(.*)", line)
    if not prompt:
        return html.escape(line)
    key = re.match(r"<([^>]+)>(.*)", prompt[2])
    typed = f"<tspan class='typed'>{html.escape(key[1] if key else prompt[2])}</tspan>"
    return html.escape(prompt[1]) + typed + (html.escape("  " + key[2]) if key else "")


def key_cap(line, row):
    """What is drawn behind such a key."""
    found = re.match(r"(>>> )<([^>]+)>", line)
    if not found:
        return ""
    return (f"<rect class='key' x='{LEFT + LETTER * len(found[1]) - 4:.1f}' y='{TOP + LINE * row - 15}' "
            f"width='{LETTER * len(found[2]) + 8:.1f}' height='20' rx='4'/>")


def terminal(name, played, rows):
    lines = played["screen"].splitlines()
    good = played["ended"] == "works"
    text = [f"<rect class='frame' x='.5' y='.5' width='{WIDTH - 1}' height='{TOP + LINE * rows + 13}' rx='8'/>",
            f"<path class='bar' d='M1 34V9a8 8 0 0 1 8-8h{WIDTH - 18}a8 8 0 0 1 8 8v25z'/>",
            f"<text class='name' x='{LEFT}' y='23'>{name}</text>",
            f"<text class='{'good' if good else 'bad'}' x='{WIDTH - LEFT}' y='23' text-anchor='end'>"
            f"{'✓' if good else '✗'} {html.escape(played['ended'])}</text>"]
    for row, line in enumerate(lines):
        text.append(key_cap(line, row) + f"<text xml:space='preserve' x='{LEFT}' y='{TOP + LINE * row}'>{letters(line)}</text>")
    return "\n".join(text)


def draw(act, mpi, colours):
    rows = max(len(act[side]["screen"].splitlines()) for side in ("without", "with"))
    style = "".join(f".{name}{{fill:{colours[name]}}}" for name in ("bar", "key", "typed", "good", "bad"))
    size = 2 * WIDTH + 16, TOP + LINE * rows + 14
    said = f"{act['title']}, {mpi}. Without sidestep: {act['without']['ended']}. With sidestep: {act['with']['ended']}."
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" height="{size[1]}" role="img">
<title>{html.escape(said)}</title>
<style>text{{font:14px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:{colours['ink']}}}
.frame{{fill:{colours['paper']};stroke:{colours['frame']}}}{style}
.name,.good,.bad{{font-family:system-ui,"DejaVu Sans",sans-serif}}.name{{fill:{colours['soft']}}}.good,.bad{{font-weight:600}}</style>
{terminal('without sidestep', act['without'], rows)}
<g transform="translate({WIDTH + 16} 0)">
{terminal('with sidestep', act['with'], rows)}
</g>
</svg>
"""


def main():
    title, name = sys.argv[1:]
    performance = json.load(sys.stdin)[0]
    act = next(one for one in performance["acts"] if title in one["title"])
    for scheme, colours in COLOURS.items():
        with open(f"{name}-{scheme}.svg", "w", encoding="utf-8") as file:
            file.write(draw(act, performance["mpi"], colours))


main()
