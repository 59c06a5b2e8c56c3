"""The client of document 003: sends image.jpg as Base64 text, prints both sizes, then closes."""

import base64
import sys

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from twisted.internet import reactor

url, port = sys.argv[1], int(sys.argv[2])


class Exchange(WebSocketClientProtocol):
    def onConnect(self, response):
        print("Server connected: {0}".format(response.peer), flush=True)

    def onOpen(self):
        print("WebSocket connection open.", flush=True)
        with open("image.jpg", "rb") as image_file:
            self.sent = base64.b64encode(image_file.read())
        print("Encoded size of the sent image: {0} bytes".format(len(self.sent)), flush=True)
        self.sendMessage(self.sent)

    def onMessage(self, payload, isBinary):
        if isBinary:
            print("Binary message received: {0} bytes".format(len(payload)), flush=True)
        else:
            print("Encoded size of the received image: {0} bytes".format(len(payload)), flush=True)
        print("same bytes: {0}".format(payload == self.sent), flush=True)
        self.sendClose(1000)

    def onClose(self, wasClean, code, reason):
        print("WebSocket connection closed: {0} {1}".format(wasClean, code), flush=True)
        reactor.stop()


factory = WebSocketClientFactory(url)
factory.protocol = Exchange
if "deflate" in sys.argv:
    from autobahn.websocket.compress import (
        PerMessageDeflateOffer,
        PerMessageDeflateResponse,
        PerMessageDeflateResponseAccept,
    )

    def accept(response):
        if isinstance(response, PerMessageDeflateResponse):
            return PerMessageDeflateResponseAccept(response)

    offer = PerMessageDeflateOffer(request_max_window_bits=9, request_no_context_takeover=True)
    factory.setProtocolOptions(
        perMessageCompressionOffers=[offer], perMessageCompressionAccept=accept
    )
reactor.connectTCP("127.0.0.1", port, factory)
reactor.run()
