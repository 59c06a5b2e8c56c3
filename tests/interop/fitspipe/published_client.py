"""The published fitspipe client's conversation, byte for byte, in Python 3.

Usage: published_client.py HOST PORT FEED NFRAME PREFIX

Commands go out without a terminator; the reply to `ls` is one recv(10000); a frame
is 40 bytes, header blocks up to END, and width*height*2 bytes of pixels.
"""
import socket
import sys


def receive(connection, count):
    data = b""
    while len(data) < count:
        packet = connection.recv(count - len(data))
        if not packet:
            raise SystemExit("error: the server closed the connection")
        data += packet
    return data


def newest_of(connection, feed):
    connection.send(b"ls")
    reply = connection.recv(10000).decode()
    lines = reply.splitlines()
    if lines[-1][:2] != ". ":
        raise SystemExit("error: the reply to ls does not end in one read: %r" % reply)
    for line in lines[:-1]:
        pairs = dict(token.split("=", 1) for token in line[2:].split())
        if pairs["feed"] == feed:
            return int(pairs["newest"])
    raise SystemExit("No feed '%s' found on server." % feed)


def header_of(connection):
    header = b""
    while len(header) < 100 * 2880:
        block = receive(connection, 2880)
        header += block
        if any(block[i:i + 8] == b"END     " for i in range(0, 2880, 80)):
            return header
    raise SystemExit("error: no END")


host, port, feed, nframe, prefix = sys.argv[1:]
connection = socket.create_connection((host, int(port)))
newest = newest_of(connection, feed)
print("newest %d" % newest, flush=True)
for i in range(1, int(nframe) + 1):
    connection.send(b"get feed=%s frame=%d fullheader=1" % (feed.encode(), newest + i))
    line = receive(connection, 40).decode()
    if line[:2] != "# ":
        raise SystemExit("error: unexpected response %r" % line)
    frame, width, height = int(line[2:13]), int(line[13:23]), int(line[26:36])
    header = header_of(connection)
    size = width * height * 2
    print("Frame %d: getting %d bytes" % (frame, size), flush=True)
    image = receive(connection, size)
    with open("%s%05d.fits" % (prefix, i), "wb") as file:
        file.write(header + image + bytes(-size % 2880))
connection.close()
