"""What the array server is compared with: a float64 array goes to a server, which answers its sum.

    rpc_peer.py serve-socket | serve-zmq             prints its port
    rpc_peer.py client-socket PORT | client-zmq PORT reads "BYTES ROUNDS", prints the median seconds

The socket server receives with recv_into into a new numpy array; ZeroMQ copies nothing.
"""

import socket
import struct
import sys
import time

import numpy

HEAD = struct.Struct("<q")


def read_exactly(connection, view):
    while len(view):
        received = connection.recv_into(view)
        if received == 0:
            sys.exit(0)
        view = view[received:]


def serve_socket():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = bytearray(HEAD.size)
    while True:
        read_exactly(connection, memoryview(head))
        array = numpy.empty(HEAD.unpack(head)[0] // 8)
        read_exactly(connection, memoryview(array).cast("B"))
        connection.sendall(struct.pack("<d", array.sum()))


def socket_call(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    answer = bytearray(8)

    def call(array):
        connection.sendall(HEAD.pack(array.nbytes))
        connection.sendall(memoryview(array).cast("B"))
        read_exactly(connection, memoryview(answer))
        return struct.unpack("<d", answer)[0]

    return call


def serve_zmq():
    import zmq
    replier = zmq.Context().socket(zmq.REP)
    print(replier.bind_to_random_port("tcp://127.0.0.1"), flush=True)
    while True:
        message = replier.recv(copy=False)
        replier.send(struct.pack("<d", numpy.frombuffer(message.buffer).sum()))


def zmq_call(port):
    import zmq
    requester = zmq.Context().socket(zmq.REQ)
    requester.connect(f"tcp://127.0.0.1:{port}")

    def call(array):
        requester.send(array, copy=False)
        return struct.unpack("<d", requester.recv())[0]

    return call


def client(call):
    arrays = {}
    for line in sys.stdin:
        size, rounds = map(int, line.split())
        array = arrays.setdefault(size, numpy.full(size // 8, 1.5))
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            total = call(array)
            times.append(time.perf_counter() - start)
            assert total == 1.5 * array.size
        times.sort()
        print(times[len(times) // 2], flush=True)


if __name__ == "__main__":
    mode = sys.argv[1]
    if mode == "serve-socket":
        serve_socket()
    elif mode == "serve-zmq":
        serve_zmq()
    else:
        client({"client-socket": socket_call, "client-zmq": zmq_call}[mode](int(sys.argv[2])))
