"""python3-websockets, as server or client: see ../websocket_bench.ts."""

import asyncio
import base64
import json
import sys
import time

import websockets

OPTIONS = {"compression": None, "max_size": 2**28, "ping_interval": None}


def payload(size):
    return bytes(((i * 7) ^ (i >> 8)) & 255 for i in range(min(size, 65536))) * (size // 65536 or 1)


async def serve(socket, path):
    order = json.loads(await socket.recv())
    work, size, count = order["work"], order["size"], order["count"]
    image = payload(size)
    await socket.send("ready")
    if work == "echo":
        async for message in socket:
            await socket.send(message)
    elif work.endswith("down"):
        await socket.recv()
        for _ in range(count):
            await socket.send(image if work == "binary-down" else base64.b64encode(image).decode())
    else:
        for _ in range(count):
            message = await socket.recv()
            image = message if work == "binary-up" else base64.b64decode(message)
            assert len(image) == size
        await socket.send("done")
    await socket.wait_closed()


async def server():
    async with websockets.serve(serve, "127.0.0.1", 0, **OPTIONS) as listening:
        print(listening.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


async def client():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        work, size, count = order["work"], order["size"], order["count"]
        async with websockets.connect(order["url"], **OPTIONS) as socket:
            await socket.send(line)
            image = payload(size)
            await socket.recv()
            start = time.perf_counter()
            if work == "echo":
                sent = 0
                for back in range(count):
                    while sent < count and sent - back < order["window"]:
                        await socket.send(image)
                        sent += 1
                    await socket.recv()
            elif work.endswith("down"):
                await socket.send("go")
                for _ in range(count):
                    message = await socket.recv()
                    got = message if work == "binary-down" else base64.b64decode(message)
                    assert len(got) == size
            else:
                for _ in range(count):
                    text = image if work == "binary-up" else base64.b64encode(image).decode()
                    await socket.send(text)
                await socket.recv()
            print(time.perf_counter() - start, flush=True)


asyncio.run(server() if sys.argv[1] == "server" else client())
