"""What was asked and answered, for answers.py, and what is true of every answer."""
import dataclasses
import re

META = ["author", "creationDate", "expirationDate", "lastUpdate", "lastUpdateDate", "version"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00")


@dataclasses.dataclass(frozen=True)
class Exchange:
    """Without a value of a body."""
    method: str
    target: str
    headers: tuple  # Names.
    status: int
    code: str  # Of a refusal, or "".

    @staticmethod
    def of(method, target, headers, answer):
        code = answer.json()["code"] if answer.status >= 400 and answer.body else ""
        return Exchange(method, target, tuple(headers), answer.status, code)


def wrong_meta(answer):
    """None, or what of the documents' meta is not as in every answer: its members, its times, and
    that the two spellings of one time agree."""
    is_json = (answer.header("Content-Type") or "").startswith("application/json")
    if answer.status >= 300 or not is_json or not answer.body:
        return None
    body = answer.json()
    documents = body if isinstance(body, list) else [body]
    for meta in [one["meta"] for one in documents if isinstance(one, dict) and "meta" in one]:
        if sorted(meta) != META:
            return f"a meta has {sorted(meta)}"
        if meta["lastUpdate"] != meta["lastUpdateDate"]:
            return "lastUpdate is not lastUpdateDate"
        times = [meta["creationDate"], meta["lastUpdate"]]
        times += [] if meta["expirationDate"] is None else [meta["expirationDate"]]
        if not all(TIME.fullmatch(str(time)) for time in times):
            return f"these are no times: {times}"
    return None
