"""An FTP server of pyftpdlib for a test: ROOT MODE CERTIFICATE; prints its port."""
import logging
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

logging.basicConfig(level=logging.CRITICAL)
root, mode, certificate = sys.argv[1:]
authorizer = DummyAuthorizer()
authorizer.add_user("sun", "secret", root, perm="elr")
authorizer.add_anonymous(root)


class Tls(TLS_FTPHandler):
    certfile = certificate
    tls_control_required = True
    tls_data_required = True


class WithoutExtensions(FTPHandler):
    """A server of the last century: no EPSV, no MLSD, no SIZE and MDTM."""

    proto_cmds = {
        name: value
        for name, value in FTPHandler.proto_cmds.items()
        if name not in ("EPSV", "MLSD", "MLST", "SIZE", "MDTM", "FEAT", "OPTS")
    }


handler = {"plain": FTPHandler, "tls": Tls, "old": WithoutExtensions}[mode]
handler.authorizer = authorizer
server = FTPServer(("127.0.0.1", 0), handler)
print(server.socket.getsockname()[1], flush=True)
server.serve_forever()
