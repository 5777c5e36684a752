"""Finds planted texts in bytes, in whatever encoding they may have leaked.

To look for hundreds of values in a hundred megabytes in a second or two, give them one beginning in
common (a marker) and look for that: it also finds a value of which only the beginning leaked.
"""
import base64
import pathlib
import urllib.parse



def _base64(raw, skipped):
    """What stays the same of the base64 of `raw`, if `skipped` bytes (modulo 3) come before it."""
    text = base64.b64encode(b"\0" * skipped + raw).rstrip(b"=")
    whole = (skipped + len(raw)) * 8 // 6  # The last character may depend on what follows.
    return text[-(-skipped * 8 // 6):whole]


def _escaped(text, digits):
    """As JSON may write it: \\uXXXX for what is not ASCII. The digits' case is the writer's."""
    units = [(text[at].encode("utf-16-be"), text[at]) for at in range(len(text))]
    return "".join(letter if letter.isascii()
                   else "".join("\\u" + format(int.from_bytes(unit[at:at + 2], "big"), digits)
                                for at in range(0, len(unit), 2))
                   for unit, letter in units).encode()


def encodings(text):
    """Every form that is searched for: its name and its bytes."""
    raw = text.encode()
    forms = {
        "as it is": raw,
        "JSON escapes": _escaped(text, "04x"),
        "JSON escapes, capitals": _escaped(text, "04X"),
        "hex": raw.hex().encode(),
        "hex, capitals": raw.hex().upper().encode(),
        "UTF-16 LE": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "percent": urllib.parse.quote(text, safe="").encode(),
    }
    for skipped in range(3):
        form = _base64(raw, skipped)
        forms[f"base64 at {skipped}"] = form
        forms[f"base64 for URLs at {skipped}"] = form.translate(bytes.maketrans(b"+/", b"-_"))
    return forms


class Hunt:
    """What to look for. `values` says who is meant when a marker was found, if it is one of them."""

    def __init__(self, markers, values=()):
        self.patterns = {}
        for marker in markers:
            for name, form in encodings(marker).items():
                self.patterns.setdefault(form, name)
        self.values = values

    def in_bytes(self, content):
        """A line for each form that is in `content`."""
        return [f"{self._owner(content, form, name)} ({name})"
                for form, name in self.patterns.items() if form in content]

    def _owner(self, content, form, name):
        around = content[max(0, content.find(form) - 512):content.find(form) + 512]
        found = [value for value in self.values if encodings(value)[name] in around]
        return repr(found[0]) if found else "a marker"

    def in_files(self, directory):
        """(lines, files searched, bytes searched) of every file below `directory`."""
        lines, files, searched = [], 0, 0
        for path in sorted(pathlib.Path(directory).rglob("*")):
            if not path.is_file():
                continue
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue  # A running server removes its old segments.
            files += 1
            searched += len(content)
            lines += [f"{path.relative_to(directory)} holds {line}"
                      for line in self.in_bytes(content)]
        return lines, files, searched
