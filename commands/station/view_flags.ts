import type { CommandContext } from "../program/command.ts";

/** The flags of `heliograph view`. */
export const FLAGS = {
  host: { type: "string", value: "H", help: "address to listen on", default: "127.0.0.1" },
  port: { type: "port", value: "PORT", help: "port, 0 for any", short: "p", default: 0 },
  "allow-host": { type: "strings", value: "NAME", help: "another name of this server" },
  "no-open": { type: "boolean", help: "open no browser" },
} as const;

/** What `heliograph view` was called with. */
export type ViewContext = CommandContext<typeof FLAGS>;
