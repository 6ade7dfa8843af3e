"""A mail server for tests: real sockets, real SMTP, and failures on demand."""

from __future__ import annotations

import email
import socketserver
import threading
from email.message import Message


class SmtpSink:
    """Receives mail on this port, or on one of its own.

    `hold` delays the reply to a message; `refuse` replaces the reply 250, `refuse_recipient` the one to an address.
    """

    def __init__(self, port: int = 0) -> None:
        self.messages: list[Message] = []
        self.arrived = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.refuse = self.refuse_recipient = ""
        sink = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.converse(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, request, client_address) -> None:
                """Ignore errors of a connection: some tests kill the client in the middle of a message."""

        self.server = Server(("127.0.0.1", port), Conversation)
        self.port = self.server.server_address[1]
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def hold(self) -> None:
        self.may_answer.clear()

    def close(self) -> None:
        self.may_answer.set()
        self.server.shutdown()
        self.server.server_close()

    def converse(self, client: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            client.wfile.write(f"{line}\r\n".encode())

        say("220 sink")
        while line := client.rfile.readline():
            command = line.strip().upper()
            if command == b"DATA":
                say("354 go on")
                self.take(client)
                say(self.refuse or "250 kept")
            elif command.startswith(b"RCPT") and self.refuse_recipient:
                say(self.refuse_recipient)
            elif command == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 sink")

    def take(self, client: socketserver.StreamRequestHandler) -> None:
        lines = []
        while (line := client.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not self.refuse:
            self.messages.append(email.message_from_bytes(b"".join(lines)))
        self.arrived.set()
        self.may_answer.wait(30)
