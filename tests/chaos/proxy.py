"""Between the host and Odoo: passes everything on, and cuts connections when it is told to."""
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
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

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
                    up = threading.Thread(target=self.pass_on, args=(client, server), daemon=True)
                    up.start()
                    while chunk := server.recv(65536):
                        if silent:
                            return
                        client.sendall(chunk)
            except OSError:
                return
            finally:
                # Closing alone would not: the other thread still reads from it.
                self.end(client)

    @staticmethod
    def end(connection):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    @staticmethod
    def pass_on(source, sink):
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
        except OSError:
            pass
        finally:
            # The one end is gone; the other must not wait for it.
            Proxy.end(source)
            Proxy.end(sink)

    def stop(self):
        self.listener.close()
