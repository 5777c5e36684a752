"""What a test knows of shoppers to whom things happen that may or may not have happened: after a crash,
each must be in one of the states that its acknowledged requests allow, and the log must have them all.
"""
import collections

from harness.client import PROFILES

GONE = "gone"


class Shopper:
    """What is known of one of them. `states` holds every state that would be right."""

    def __init__(self, email, name):
        self.email, self.name = email, name
        self.id = None
        self.states = [GONE]  # A revision, or GONE.
        self.versions = []  # Acknowledged, oldest first.
        self.entries = collections.Counter()  # Acknowledged: action -> how many.


def masked(text):
    return text[0] + "*" * (len(text) - 1)


def check_shopper(client, one):
    """Reads it, and keeps the one state that is now certain."""
    target = f"{PROFILES}/{one.id}" if one.id else f"{PROFILES}/{one.email}?alternativeKey=email"
    answer = client.request("GET", target)
    assert answer.status in (200, 404), f"a read answered {answer.status}: {answer.text()[:300]}"
    state = GONE
    if answer.status == 200:
        shown = answer.json()[0]
        state = shown["document"]["corporateName"]
        assert shown["document"]["firstName"] == masked(one.name), f"it shows {shown['document']}"
        assert one.id in (None, shown["id"]), "it has another id"
        if len(one.states) == 1:
            assert shown["meta"]["version"] == one.versions[-1], "it is another version"
        elif one.versions[-1:] != [shown["meta"]["version"]]:
            one.versions.append(shown["meta"]["version"])  # What was in flight did happen.
        one.id = shown["id"]
    assert state in one.states, f"it is {state}, which none of {one.states} allows"
    one.states = [state]


def check_log(store, shoppers):
    """Everything acknowledged is in the log; each write at most once."""
    entries = store.audit_entries()
    ids = [entry["id"] for entry in entries]
    assert len(ids) == len(set(ids)), f"{len(ids) - len(set(ids))} entries are there twice"
    assert [entry["number"] for entry in entries] == list(range(len(entries))), "numbers are missing"
    counts = collections.Counter((entry.get("record"), entry["action"]) for entry in entries)
    for one in shoppers:
        for action, count in one.entries.items():
            logged = counts[one.id, action]
            assert logged >= count, f"{logged} entries {action}, {count} were acknowledged"
    versions = {entry["version"] for entry in entries
                if entry["action"] in ("CreateProfile", "UpdateProfile")}
    lost = sum(version not in versions for one in shoppers for version in one.versions)
    assert lost == 0, f"{lost} acknowledged versions are not in the log"
    return len(entries)
