"""Between the host and Odoo: passes everything on, cuts connections when it is told to, and tells who asks what goes by."""
import random
import socket
import threading


class Proxy:
    def __init__(self, host, port, seed):
        self.target = (host, port)
        self.random = random.Random(seed)
        self.cut_before = self.cut_after = 0.0  # shares of the connections that end before the request, or the reply
        self.closed = False                     # nothing gets through
        self.cuts = 0
        self.lock = threading.Lock()
        self.reply_watch = None    # a function of a reply as far as it is here: true ends the watch
        self.swallow_watch = None  # (which request, what to call when its reply is here and is not passed on)
        self.swallowed = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def watch_replies(self, seen):
        """Calls `seen` with each reply as far as it has come, before it is passed on, until it returns true."""
        with self.lock:
            self.reply_watch = seen

    def swallow(self, wanted, then):
        """The reply to the first request that is `wanted` is awaited and not passed on; `then` is called in between."""
        with self.lock:
            self.swallow_watch = (wanted, then)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client, self.random.random()), daemon=True).start()

    def serve(self, client, lot):
        with client:
            if self.closed or lot < self.cut_before:
                self.cuts += 1
                return
            # Odoo has the request and does its work; its reply never arrives.
            silent = lot > 1 - self.cut_after
            self.cuts += silent
            try:
                with socket.create_connection(self.target, timeout=60) as server:
                    request = bytearray()
                    up = threading.Thread(target=self.pass_on, args=(client, server, request), daemon=True)
                    up.start()
                    reply = bytearray()
                    while chunk := server.recv(65536):
                        if silent:
                            return
                        reply += chunk
                        if self.is_swallowed(request):
                            return
                        self.show(reply)
                        client.sendall(chunk)
            except OSError:
                return
            finally:
                # Closing alone would not: the other thread still reads from it.
                self.end(client)

    def is_swallowed(self, request):
        with self.lock:
            if self.swallow_watch is None or not self.swallow_watch[0](bytes(request)):
                return False
            then, self.swallow_watch = self.swallow_watch[1], None
            self.swallowed += 1
        then()
        return True

    def show(self, reply):
        with self.lock:
            seen = self.reply_watch
            if seen is not None and seen(bytes(reply)):
                self.reply_watch = None

    @staticmethod
    def end(connection):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    @staticmethod
    def pass_on(source, sink, copy):
        try:
            while chunk := source.recv(65536):
                copy += chunk
                sink.sendall(chunk)
        except OSError:
            pass
        finally:
            # The one end is gone; the other must not wait for it.
            Proxy.end(source)
            Proxy.end(sink)

    def stop(self):
        self.listener.close()
