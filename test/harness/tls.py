"""Certificates for tests."""
import subprocess

KEYS = {"ec": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["rsa:3072"]}


def make_certificate(directory, kind="ec"):
    """(certificate, key), for this test only."""
    certificate, key = directory / f"{kind}.pem", directory / f"{kind}.key"
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", *KEYS[kind], "-days", "365",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
