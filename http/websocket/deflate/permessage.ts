/** The negotiation of permessage-deflate (RFC 7692 section 7.1), for both ends. */

import { ProtocolError } from "../../../net/errors.ts";
import type { DeflateSettings } from "./stream.ts";
import type { Extension } from "./extension_header.ts";

/** The extension's registered name. */
export const PERMESSAGE_DEFLATE = "permessage-deflate";

/** How messages are compressed, and what is demanded of the peer. */
export interface CompressionOptions {
  /**
   * Whether the server forgets each message before the next: a little more to
   * send, 256 KiB less to keep for each connection.
   *
   * @default {false}
   */
  serverNoContextTakeover?: boolean | undefined;
  /**
   * Whether the client forgets each message before the next.
   *
   * @default {false}
   */
  clientNoContextTakeover?: boolean | undefined;
  /** The server's window: 2 to the power of this many bytes, 8 to 15. @default {15} */
  serverMaxWindowBits?: number | undefined;
  /** The client's window, if the client can limit it. @default {15} */
  clientMaxWindowBits?: number | undefined;
  /** 1 is fastest, 9 is smallest. @default {6} */
  level?: number | undefined;
  /** Memory of the compressor, 1 to 9. @default {8} */
  memLevel?: number | undefined;
  /** Shorter messages are sent as they are. In bytes. @default {1024} */
  threshold?: number | undefined;
}

/** What both ends agreed on. */
export interface NegotiatedDeflate {
  /** How the server's messages are compressed. */
  readonly server: DeflateSettings;
  /** How the client's messages are compressed. */
  readonly client: DeflateSettings;
}

/** The four parameters of an offer or a response, checked. */
interface Parameters {
  serverNoContextTakeover: boolean;
  clientNoContextTakeover: boolean;
  serverMaxWindowBits: number | undefined;
  /** `true` in an offer: the client can be told a window. */
  clientMaxWindowBits: number | true | undefined;
}

/**
 * What a server answers to a client's offers: the first that it can accept.
 *
 * Offers with a parameter that is unknown, doubled or has a wrong value are
 * declined, as RFC 7692 section 7.1 demands.
 *
 * @param offers The extensions that the client offers, in its order of preference.
 * @param options What the server wants.
 * @returns The extension for the response and what it means; undefined if nothing is accepted.
 */
export function acceptDeflate(
  offers: readonly Extension[],
  options: CompressionOptions,
): { readonly response: Extension; readonly agreed: NegotiatedDeflate } | undefined {
  for (const offer of offers) {
    if (offer.name !== PERMESSAGE_DEFLATE) continue;
    const offered = readParameters(offer, "offer");
    if (typeof offered === "string") continue;
    const serverBits = Math.min(
      options.serverMaxWindowBits ?? 15,
      offered.serverMaxWindowBits ?? 15,
    );
    const clientBits = offered.clientMaxWindowBits === undefined ? 15 : Math.min(
      options.clientMaxWindowBits ?? 15,
      offered.clientMaxWindowBits === true ? 15 : offered.clientMaxWindowBits,
    );
    const agreed = {
      serverNoContextTakeover: offered.serverNoContextTakeover ||
        options.serverNoContextTakeover === true,
      clientNoContextTakeover: offered.clientNoContextTakeover ||
        options.clientNoContextTakeover === true,
      // A window that was asked for must be answered, even if it is the largest.
      serverMaxWindowBits: offered.serverMaxWindowBits === undefined && serverBits === 15
        ? undefined
        : serverBits,
      clientMaxWindowBits: clientBits === 15 ? undefined : clientBits,
    };
    return {
      response: { name: PERMESSAGE_DEFLATE, parameters: writeParameters(agreed) },
      agreed: settle(agreed, options),
    };
  }
  return undefined;
}

/**
 * What a client offers.
 *
 * @param options What the client wants.
 * @returns One offer; it always says that the client's window can be limited.
 */
export function offerDeflate(options: CompressionOptions): Extension {
  const clientBits = options.clientMaxWindowBits ?? 15;
  const parameters = writeParameters({
    serverNoContextTakeover: options.serverNoContextTakeover === true,
    clientNoContextTakeover: options.clientNoContextTakeover === true,
    serverMaxWindowBits: options.serverMaxWindowBits,
    clientMaxWindowBits: clientBits === 15 ? true : clientBits,
  });
  return { name: PERMESSAGE_DEFLATE, parameters };
}

/**
 * What a server's response to {@linkcode offerDeflate} means.
 *
 * @param response The extension of the response.
 * @param options What the client had offered.
 * @returns What both ends agreed on.
 * @throws {ProtocolError} If the response does not fit the offer.
 */
export function confirmDeflate(
  response: Extension,
  options: CompressionOptions,
): NegotiatedDeflate {
  const answered = readParameters(response, "response");
  if (typeof answered === "string") throw unfit(answered);
  const { serverMaxWindowBits: most = 15 } = options;
  if ((answered.serverMaxWindowBits ?? 15) > most) {
    throw unfit(
      `server_max_window_bits is ${answered.serverMaxWindowBits ?? "absent"}, at most ${most}`,
    );
  }
  if (options.serverNoContextTakeover && !answered.serverNoContextTakeover) {
    throw unfit("server_no_context_takeover is absent");
  }
  return settle(answered, options);
}

function unfit(found: string): ProtocolError {
  return new ProtocolError(
    `Cannot agree on permessage-deflate: in the server's response, ${found}`,
  );
}

/** Reads the parameters; a text says what is wrong with them. */
function readParameters(extension: Extension, side: "offer" | "response"): Parameters | string {
  const found: Parameters = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: undefined,
    clientMaxWindowBits: undefined,
  };
  const seen = new Set<string>();
  for (const [name, value] of extension.parameters) {
    if (seen.has(name)) return `${name} comes twice`;
    seen.add(name);
    if (name === "server_no_context_takeover" || name === "client_no_context_takeover") {
      if (value !== true) return `${name} has a value`;
      if (name === "server_no_context_takeover") found.serverNoContextTakeover = true;
      else found.clientNoContextTakeover = true;
    } else if (name === "server_max_window_bits" || name === "client_max_window_bits") {
      const bits = windowBits(value);
      if (name === "client_max_window_bits" && value === true && side === "offer") {
        found.clientMaxWindowBits = true;
      } else if (bits === undefined) {
        return `${name} is ${value === true ? "without a value" : `'${value}'`}, expected 8 to 15`;
      } else if (name === "server_max_window_bits") {
        found.serverMaxWindowBits = bits;
      } else {
        found.clientMaxWindowBits = bits;
      }
    } else {
      return `the parameter ${name} is unknown`;
    }
  }
  return found;
}

/** 8 to 15 without a leading zero (RFC 7692 section 7.1.2.1). */
function windowBits(value: string | true): number | undefined {
  return value !== true && /^(?:[89]|1[0-5])$/.test(value) ? Number(value) : undefined;
}

function writeParameters(parameters: Parameters): [string, string | true][] {
  const list: [string, string | true][] = [];
  if (parameters.serverNoContextTakeover) list.push(["server_no_context_takeover", true]);
  if (parameters.clientNoContextTakeover) list.push(["client_no_context_takeover", true]);
  for (
    const [name, bits] of [
      ["server_max_window_bits", parameters.serverMaxWindowBits],
      ["client_max_window_bits", parameters.clientMaxWindowBits],
    ] as const
  ) {
    if (bits !== undefined) list.push([name, bits === true ? true : String(bits)]);
  }
  return list;
}

function settle(agreed: Parameters, options: CompressionOptions): NegotiatedDeflate {
  const effort = {
    level: options.level,
    memLevel: options.memLevel,
  };
  const clientBits = agreed.clientMaxWindowBits;
  return {
    server: {
      windowBits: agreed.serverMaxWindowBits ?? 15,
      contextTakeover: !agreed.serverNoContextTakeover,
      ...effort,
    },
    client: {
      windowBits: typeof clientBits === "number" ? clientBits : 15,
      contextTakeover: !agreed.clientNoContextTakeover,
      ...effort,
    },
  };
}
