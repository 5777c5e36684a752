"""A small HTTP client that sends exactly what it is told and keeps its connection."""
import http.client
import json
import ssl

PROFILES = "/api/storage/profile-system/profiles"


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # A list of (name, value).
        self.body = body

    def header(self, name):
        values = [value for known, value in self.headers if known.lower() == name.lower()]
        return values[0] if values else None

    def text(self):
        return self.body.decode("utf-8", errors="replace")

    def json(self):
        return json.loads(self.body)


class Client:
    def __init__(self, port, headers=None, timeout_s=60, tls_certificate=None):
        """With a certificate it speaks TLS and trusts that one only."""
        self.port = port
        self.headers = headers or {}
        if tls_certificate is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
        else:
            context = ssl.create_default_context(cafile=str(tls_certificate))
            self.connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout_s,
                                                          context=context)
        self.used = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.connection.close()
        self.used = False

    def request(self, method, target, body=None, headers=None):
        """One request. A kept connection that the server has meanwhile closed is opened again;
        a fresh one that breaks raises OSError."""
        every = {**self.headers, **(headers or {})}
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode("utf-8")
        if body is not None and not any(name.lower() == "content-type" for name in every):
            every["Content-Type"] = "application/json"
        was_used = self.used
        try:
            return self._exchange(method, target, body, every)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.close()
            if not was_used or method not in ("GET", "HEAD"):
                raise
            return self._exchange(method, target, body, every)

    def _exchange(self, method, target, body, headers):
        connection = self.connection
        names = {name.lower() for name in headers}
        connection.putrequest(method, target, skip_host="host" in names, skip_accept_encoding=True)
        for name, value in headers.items():
            if value is not None:
                connection.putheader(name, value)
        if body is not None and "content-length" not in names:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        self.used = True
        if body is not None:
            try:
                connection.send(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # Refused before its end: the answer says why.
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        if response.will_close:
            self.close()
        return answer

    # The calls of the profile system that several tests make.
    def create(self, document):
        return self.request("POST", PROFILES, document)

    def read(self, key):
        return self.request("GET", f"{PROFILES}/{key}")

    def unmask(self, key, reason="test"):
        return self.request("GET", f"{PROFILES}/{key}/unmask?reason={reason}")
