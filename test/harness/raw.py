"""A connection that sends bytes as they are, and tells an answer that is whole from one that is not."""
import socket
import struct

from harness.client import Answer


class Torn(Exception):
    """An answer began and did not end."""


def request(method, target, headers=(), body=None, host="a"):
    """The bytes of one request. `headers` are pairs."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}",
             *(f"{name}: {value}" for name, value in headers)]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


class Raw:
    def __init__(self, port, timeout_s=30, receive_buffer_bytes=None):
        self.socket = socket.socket()
        if receive_buffer_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self.socket.settimeout(timeout_s)
        self.socket.connect(("127.0.0.1", port))
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, content):
        """False if the server has left: what it said may still be there to be read."""
        try:
            self.socket.sendall(content)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def finish_writing(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes in the way that throws away what is under way."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()

    def _receive(self):
        try:
            part = self.socket.recv(65536)
        except ConnectionResetError:
            part = b""
        self.received += part
        return part

    def answer(self):
        """The next answer, or None if the server ended before its first byte. Raises Torn."""
        while (end := self.received.find(b"\r\n\r\n")) < 0:
            if not self._receive():
                if self.received:
                    raise Torn(f"a head of {len(self.received)} bytes")
                return None
        lines = self.received[:end].decode("latin-1").split("\r\n")
        headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
        size = int(dict((name.lower(), value) for name, value in headers).get("content-length", 0))
        parts, have = [self.received[end + 4:]], len(self.received) - end - 4
        self.received = b""
        while have < size:
            part = self._receive()
            if not part:
                raise Torn(f"{have} of {size} bytes of a body")
            self.received = b""
            parts.append(part)
            have += len(part)
        body = b"".join(parts)
        self.received = body[size:]
        return Answer(int(lines[0].split(" ")[1]), headers, body[:size])

    def ask(self, content):
        self.send(content)
        return self.answer()

    def rest(self):
        """All that comes until the server ends the connection."""
        while self._receive():
            pass
        rest, self.received = self.received, b""
        return rest
