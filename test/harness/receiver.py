"""A receiver of webhooks: HTTPS on loopback, with a certificate made now, and answers as it is told.

It checks signatures by itself, as Standard Webhooks says, and shares no code with what it tests.
"""
import base64
import hashlib
import hmac
import http.server
import json
import ssl
import subprocess
import threading
import time


def make_certificate(directory):
    """(certificate, key) for 127.0.0.1, which signs itself."""
    certificate, key = directory / "receiver.pem", directory / "receiver-key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "2", "-subj", "/CN=receiver", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
                   check=True, capture_output=True)
    return certificate, key


class Message:
    def __init__(self, path, headers, body):
        self.path = path
        self.id = headers["webhook-id"]
        self.timestamp = headers["webhook-timestamp"]
        self.signatures = headers["webhook-signature"].split(" ")
        self.body = body
        self.json = json.loads(body)

    def is_signed_by(self, secret):
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        signed = f"{self.id}.{self.timestamp}.".encode() + self.body
        mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        fresh = abs(time.time() - int(self.timestamp)) < 300
        return fresh and any(hmac.compare_digest(one, f"v1,{mac}") for one in self.signatures)


class Receiver:
    """`script` has what the next alerts are answered with, each a function of the handler; without
    one left they are taken, and so is every checkpoint."""

    def __init__(self, certificate, key, port=0):
        receiver = self
        self.messages, self.script, self.lock = [], [], threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    message = Message(self.path, self.headers, body)
                    receiver.messages.append(message)
                    is_alert = message.json["type"] != "audit.checkpoint"
                    answer = receiver.script.pop(0) if receiver.script and is_alert else takes
                answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler, bind_and_activate=False)
        self.server.allow_reuse_address = True
        self.server.server_bind()
        self.server.server_activate()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"https://127.0.0.1:{self.port}{path}"

    def of_type(self, kind, path=None):
        with self.lock:
            return [one for one in self.messages
                    if one.json["type"] == kind and path in (None, one.path)]

    def wait_for(self, kind, count=1, path=None, timeout_s=40):
        deadline = time.monotonic() + timeout_s
        while len(found := self.of_type(kind, path)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} {kind} came"
            time.sleep(0.05)
        return found

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def takes(handler):
    handler.send_response(204)
    handler.end_headers()


def refuses(handler):
    handler.send_error(500)


def redirects(handler):
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def talks_garbage(handler):
    handler.wfile.write(b"200 that is fine\r\n\r\n" * 100)


def is_slow(handler):
    time.sleep(3)
    takes(handler)
