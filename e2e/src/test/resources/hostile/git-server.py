"""A git server that misbehaves. The first part of a path says how; for the rest it asks the git server beside it."""

import base64
import collections
import http.server
import time
import urllib.error
import urllib.request

HONEST = "http://git"
REQUESTS = "/tmp/requests"


class Hostile(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    packs = collections.Counter()  # by path

    def do_GET(self):
        self.behave(None)

    def do_POST(self):
        self.behave(self.body())

    def behave(self, body):
        _, behaviour, path = self.path.split("/", 2)
        getattr(self, behaviour, self.away)(path, body)
        with open(REQUESTS, "a") as answered:
            print(self.command, self.path, file=answered)

    def honest(self, path, body):
        """Does as the git server beside it."""
        self.answer(*self.ask(path, body))

    def away(self, path, body):
        """Is not there for now."""
        self.answer(503, {}, b"")

    def cut(self, path, body):
        """Sends half of a pack, and goes."""
        status, headers, content = self.ask(path, body)
        if self.wants_pack(body):
            self.answer(status, headers, content, sent=len(content) // 2)
            self.close_connection = True
        else:
            self.answer(status, headers, content)

    def cut_once(self, path, body):
        """Sends half of the first pack, and all of the others."""
        self.packs[path] += self.wants_pack(body)
        if self.packs[path] == 1:
            self.cut(path, body)
        else:
            self.answer(*self.ask(path, body))

    def stop(self, path, body):
        """Sends half of a pack, and then nothing more."""
        status, headers, content = self.ask(path, body)
        if self.wants_pack(body):
            self.answer(status, headers, content, sent=len(content) // 2)
            time.sleep(3600)
        else:
            self.answer(status, headers, content)

    def hang(self, path, body):
        """Never answers."""
        time.sleep(3600)

    def broken(self, path, body):
        """Answers with the credential that it got, in the status line, a header and the text."""
        said = self.headers.get("Authorization")
        if not said:
            self.ask_for_credential()
            return
        self.send_response(503, said)
        self.send_header("X-Said", said)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    def telltale(self, path, body):
        """Answers in git's own way of saying no, with the password that it got."""
        if "Authorization" not in self.headers:
            self.ask_for_credential()
            return
        said = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
        content = line("# service=git-upload-pack\n") + b"0000" + line("ERR you sent " + said)
        self.answer(200, {"Content-Type": "application/x-git-upload-pack-advertisement"}, content)

    def ask_for_credential(self):
        self.answer(401, {"WWW-Authenticate": 'Basic realm="hostile"'}, b"")

    def ask(self, path, body):
        headers = {
            name: self.headers[name]
            for name in ("Authorization", "Content-Type", "Content-Encoding", "Accept", "Git-Protocol")
            if name in self.headers
        }
        request = urllib.request.Request(HONEST + "/" + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, self.kept(response.headers), response.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, self.kept(refusal.headers), refusal.read()

    @staticmethod
    def wants_pack(body):
        return body is not None and b"command=ls-refs" not in body

    @staticmethod
    def kept(headers):
        return {name: headers[name] for name in ("Content-Type", "WWW-Authenticate") if name in headers}

    def answer(self, status, headers, content, sent=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:sent])
        self.wfile.flush()

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)


def line(text):
    return f"{len(text) + 4:04x}{text}".encode()


http.server.ThreadingHTTPServer(("", 8080), Hostile).serve_forever()
