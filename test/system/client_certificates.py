#!/usr/bin/env python3
"""App keys that are bound to client certificates: client_certificates.py BINARY

A key that names certificates is somebody with one of those alone, over TLS that asks for one, whichever
token stands for it; and makes no key that would come without. Whoever has another certificate, or none, is
served as ever with a key that names none.
"""
import contextlib
import json
import pathlib
import socket
import ssl
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import Client  # noqa: E402
from harness.report import run  # noqa: E402
from harness.tls import make_certificate  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

APP_KEYS = "/api/vlm/appkeys"
READ = "/api/storage/profile-system/schemas/address"


def fingerprint(certificate):
    """As an operator gets it."""
    shown = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"],
                           check=True, capture_output=True, text=True).stdout
    return shown.strip().partition("=")[2]


def connect(server, auth, certificate=None, **options):
    client = Client(server.port, headers=auth, tls_certificate=server.tls_certificate)
    context = client.connection._context
    if certificate:
        context.load_cert_chain(*certificate)
    for name, value in options.items():
        setattr(context, name, value)
    return contextlib.closing(client)


def status(server, auth, certificate=None, **options):
    with connect(server, auth, certificate, **options) as client:
        return client.request("GET", READ).status


def auth_of(made):
    return {"X-VTEX-API-AppKey": made["appKey"], "X-VTEX-API-AppToken": made["appToken"]}


def resumed(server, auth, certificate, options=0):
    """Whether a session is taken up again, without the certificate being sent, and the status in it."""
    context = ssl.create_default_context(cafile=str(server.tls_certificate))
    context.load_cert_chain(*certificate)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.options |= options
    session = None
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw, \
                context.wrap_socket(raw, server_hostname="localhost", session=session) as stream:
            was_resumed = stream.session_reused
            head = "".join(f"{name}: {value}\r\n" for name, value in auth.items())
            stream.sendall(f"GET {READ} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{head}\r\n".encode())
            answer = b""
            while part := stream.recv(65536):
                answer += part
            session = stream.session
    return was_resumed, int(answer.split()[1])


def test(report, binary, directory):
    folders = [directory / name for name in ("server", "mine", "other")]
    for folder in folders:
        folder.mkdir()
    of_server, mine, other = (make_certificate(folder) for folder in folders)
    server = Server(Store(binary, directory / "data"), tls=of_server,
                    options=["--tls-ask-certificate", "--tls-versions", "1.2"]).start()
    owner = server.store.auth()
    with connect(server, owner) as client:
        made = client.request("POST", APP_KEYS, {"label": "bound", "roles": ["owner"],
                                                 "clientCertificates": [fingerprint(mine[0])]})
        assert made.status == 201, made.text()
    bound, id = auth_of(made.json()), made.json()["id"]
    with report.check("a key that names a certificate is somebody with that one alone"):
        assert made.json()["clientCertificates"] == [fingerprint(mine[0]).replace(":", "").lower()]
        assert status(server, bound, mine) == 200
        assert status(server, bound, other) == 401
        assert status(server, bound) == 401
    with report.check("over TLS 1.2 too, and in a session that is taken up again"):
        version = ssl.TLSVersion.TLSv1_2
        assert status(server, bound, mine, maximum_version=version) == 200
        assert status(server, bound, maximum_version=version) == 401
        assert resumed(server, bound, mine) == (True, 200)
    with report.check("but the server keeps no session, and no certificates with it, for who keeps no ticket"):
        assert resumed(server, bound, mine, ssl.OP_NO_TICKET) == (False, 200)
    with report.check("one that names none comes with any, and without"):
        assert status(server, owner, other) == 200
        assert status(server, owner) == 200
    with report.check("what stands for the key is bound as it is"):
        login = {"appkey": bound["X-VTEX-API-AppKey"], "apptoken": bound["X-VTEX-API-AppToken"]}
        with connect(server, {}) as client:
            assert client.request("POST", "/api/vtexid/apptoken/login", login).status == 401
        with connect(server, {}, mine) as client:
            token = client.request("POST", "/api/vtexid/apptoken/login", login).json()["token"]
        assert status(server, {"VtexIdclientAutCookie": token}, mine) == 200
        assert status(server, {"VtexIdclientAutCookie": token}) == 401
    with report.check("and it makes none that would come without"), connect(server, bound, mine) as client:
        for wanted in ({}, {"clientCertificates": []}, {"clientCertificates": [fingerprint(other[0])]}):
            answer = client.request("POST", APP_KEYS, {"label": "x", **wanted})
            assert answer.status == 403 and "clientCertificates" in answer.text(), answer.text()
        assert client.request("PATCH", f"{APP_KEYS}/{id}", {"clientCertificates": []}).status == 403
        same = {"label": "x", "clientCertificates": [fingerprint(mine[0])]}
        assert client.request("POST", APP_KEYS, same).status == 201
    with report.check("what is changed holds at the next request"):
        with connect(server, owner) as client:
            change = {"clientCertificates": [fingerprint(other[0])]}
            assert client.request("PATCH", f"{APP_KEYS}/{id}", change).status == 200
        assert status(server, bound, mine) == 401
        assert status(server, bound, other) == 200
    with report.check("on the machine, and after a restart"):
        assert server.stop() == 0
        made = server.store.command("appkey", "create", "--account", "loja", "--label", "y", "--role", "reader",
                                    "--client-certificate", fingerprint(mine[0]), "--json").stdout
        made = auth_of(json.loads(made))
        server.start()
        assert status(server, made, mine) == 200 and status(server, made) == 401
        assert status(server, bound, other) == 200
        assert server.stop() == 0
    with report.check("where none is asked for, such a key is nobody's"):
        server.options = ["--tls-cert", of_server[0], "--tls-key", of_server[1]]
        server.start()
        assert status(server, bound, other) == 401
        assert status(server, owner) == 200
    assert server.stop() == 0


if __name__ == "__main__":
    run(test)
