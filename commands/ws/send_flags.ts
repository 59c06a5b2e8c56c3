import type { CommandContext } from "../program/command.ts";

/** The flags of `heliograph ws send`. */
export const FLAGS = {
  binary: { type: "boolean", help: "send the bytes as they are, without Base64" },
  name: { type: "boolean", help: "tell the server each file's name" },
  token: { type: "string", value: "T", help: "token for the server" },
  ca: {
    type: "strings",
    value: "FILE",
    help: "also trust this certificate authority (PEM), for wss",
  },
  "max-message": { type: "size", help: "largest message to accept", default: 4_294_967_296 },
} as const;

/** What `heliograph ws send` was called with. */
export type SendContext = CommandContext<typeof FLAGS>;
