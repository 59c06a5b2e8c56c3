"""Echoes every message with python3-websockets, compression on."""

import asyncio

import websockets


async def echo(websocket, path):
    async for message in websocket:
        await websocket.send(message)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, max_size=2**26) as server:
        print("port {0}".format(server.sockets[0].getsockname()[1]), flush=True)
        await asyncio.Future()


asyncio.run(main())
