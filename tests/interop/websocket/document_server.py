"""The server of document 003: saves Base64 text as image_received.jpg, sends everything back."""

import base64
import sys

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet import reactor


class Exchange(WebSocketServerProtocol):
    def onConnect(self, request):
        print("Client connecting: {0}".format(request.peer), flush=True)

    def onOpen(self):
        print("WebSocket connection open.", flush=True)

    def onMessage(self, payload, isBinary):
        if isBinary:
            print("Binary message received: {0} bytes".format(len(payload)), flush=True)
        else:
            print("Text message received, saving to a file", flush=True)
            with open("image_received.jpg", "wb") as image_file:
                image_file.write(base64.b64decode(payload))
        self.sendMessage(payload, isBinary)

    def onClose(self, wasClean, code, reason):
        print("WebSocket connection closed: {0}".format(reason), flush=True)


factory = WebSocketServerFactory()
factory.protocol = Exchange
if "deflate" in sys.argv:
    from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept

    def accept(offers):
        for offer in offers:
            if isinstance(offer, PerMessageDeflateOffer):
                return PerMessageDeflateOfferAccept(offer, request_max_window_bits=9)

    factory.setProtocolOptions(perMessageCompressionAccept=accept)
port = reactor.listenTCP(0, factory, interface="127.0.0.1")
print("port {0}".format(port.getHost().port), flush=True)
reactor.run()
