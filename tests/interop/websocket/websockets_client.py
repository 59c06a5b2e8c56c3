"""Sends messages of every kind with python3-websockets and checks that they come back."""

import asyncio
import os
import sys

import websockets


async def main(url):
    messages = ["", "Grüße", "a" * 70000, b"", bytes(range(256)) * 300, os.urandom(1 << 20)]
    fragments = ["first ", "second ", "third ü"]
    for compression in ("deflate", None):
        async with websockets.connect(url, compression=compression, max_size=2**26) as websocket:
            extensions = [extension.name for extension in websocket.extensions]
            print("extensions {0}".format(",".join(extensions)), flush=True)
            for message in messages:
                await websocket.send(message)
                assert await websocket.recv() == message
            await websocket.send(fragments)
            assert await websocket.recv() == "".join(fragments)
            await (await websocket.ping(b"are you there"))
        print("closed {0}".format(websocket.close_code), flush=True)


asyncio.run(main(sys.argv[1]))
