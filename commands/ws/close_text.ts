import type { CloseInfo } from "../../http/websocket/frames/close_codes.ts";

/** What the codes of RFC 6455 section 7.4.1 and the registry mean. */
const MEANINGS: Readonly<Record<number, string>> = {
  1000: "normal closure",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1005: "no code was given",
  1006: "the connection was lost without a closing handshake",
  1007: "invalid data",
  1008: "policy violation",
  1009: "message too big",
  1010: "an extension is missing",
  1011: "internal error",
  1012: "service restart",
  1013: "try again later",
  1014: "bad gateway",
};

/** How a connection ended, in words: the peer's reason, else what the code means. */
export function closeText({ code, reason }: CloseInfo): string {
  const text = reason === "" ? MEANINGS[code] ?? "" : reason;
  return text === "" ? String(code) : `${code} (${text})`;
}
