"""Reads scenario files. README.md beside this file describes the language."""
import dataclasses
import pathlib
import re
import textwrap

WORDS = ("Given", "When", "Then", "And", "But")


class NotUnderstood(Exception):
    """A scenario file that cannot be read, or a step that nothing implements."""


@dataclasses.dataclass
class Step:
    line: int
    text: str  # Without its first word.
    block: str | None = None


@dataclasses.dataclass
class Scenario:
    line: int
    title: str
    steps: list = dataclasses.field(default_factory=list)
    names: dict = dataclasses.field(default_factory=dict)  # What is known before the first step.


@dataclasses.dataclass
class Feature:
    path: pathlib.Path
    title: str = ""
    account: str = "loja"
    options: list = dataclasses.field(default_factory=list)  # For velum init.
    scenarios: list = dataclasses.field(default_factory=list)


def indent_of(line):
    return len(line) - len(line.lstrip(" "))


def parse_store(text):
    """`loja, mask fixed, region eu` -> the account's name and the options of velum init."""
    account, *settings = [part.strip() for part in text.split(",")]
    options = []
    for setting in settings:
        name, _, value = setting.partition(" ")
        if name not in ("mask", "region") or not value:
            raise NotUnderstood(f"a store has no setting {setting!r}")
        options += [f"--{name}", value]
    return account, options


def scenarios_of(line, text):
    """`Scenario: title`, or `Scenario for each kind of a, b: title`, which is one for each."""
    head, _, title = text.partition(":")
    each = re.fullmatch(r"Scenario for each (\w+) of (.+)", head)
    if each is None:
        return [Scenario(line, title.strip())]
    return [Scenario(line, f"{title.strip()} ({value.strip()})", names={each[1]: value.strip()})
            for value in each[2].split(",")]


def parse(path):
    path = pathlib.Path(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    feature = Feature(path)
    current = []  # The scenarios that the next step is for.
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("Feature:"):
            feature.title = text[8:].strip()
        elif text.startswith("Store:"):
            feature.account, feature.options = parse_store(text[6:].strip())
        elif re.match(r"Scenario(?: for each \w+ of [^:]+)?:", text):
            current = scenarios_of(number, text)
            feature.scenarios += current
        elif feature.scenarios and text.split(" ")[0] in WORDS:
            step = Step(number, text.split(" ", 1)[1].strip())
            block = []
            while at < len(lines) and (not lines[at].strip()
                                       or indent_of(lines[at]) > indent_of(line)):
                block.append(lines[at])
                at += 1
            if any(piece.strip() for piece in block):
                step.block = textwrap.dedent("\n".join(block)).strip("\n")
                if not step.text.endswith(":"):
                    raise NotUnderstood(f"{path}:{number}: text below a step that has no colon")
            for scenario in current:
                scenario.steps.append(step)
        elif feature.scenarios or text.startswith("Scenario"):
            raise NotUnderstood(f"{path}:{number}: {text!r} is no step")
        # What stands between Feature and the first Scenario is prose.
    if not feature.scenarios:
        raise NotUnderstood(f"{path}: no scenario")
    return feature


def fill_in(text, names):
    """{ana} becomes what is remembered as ana, {3 x "ab"} becomes ababab."""
    text = re.sub(r'\{(\d+) x "([^"]*)"\}', lambda found: found[2] * int(found[1]), text)
    return re.sub(r"\{([a-z][a-z0-9_]*)\}", lambda found: names.get(found[1], found[0]), text)
