import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../net/errors.ts";
import {
  formatExtensions,
  parseExtensions,
} from "../../../../http/websocket/deflate/extension_header.ts";
import {
  acceptDeflate,
  type CompressionOptions,
  confirmDeflate,
  offerDeflate,
} from "../../../../http/websocket/deflate/permessage.ts";

const PMD = "permessage-deflate";

function accept(offers: string, options: CompressionOptions = {}): string | undefined {
  const accepted = acceptDeflate(parseExtensions(offers), options);
  return accepted && formatExtensions([accepted.response]);
}

Deno.test("acceptDeflate() answers every combination of parameters (RFC 7692 section 7.1)", () => {
  const cases: [offer: string, options: CompressionOptions, response: string | undefined][] = [
    [PMD, {}, PMD],
    [`${PMD}; client_max_window_bits`, {}, PMD],
    [`${PMD}; server_no_context_takeover`, {}, `${PMD}; server_no_context_takeover`],
    [`${PMD}; client_no_context_takeover`, {}, `${PMD}; client_no_context_takeover`],
    [`${PMD}; server_max_window_bits=8`, {}, `${PMD}; server_max_window_bits=8`],
    [`${PMD}; server_max_window_bits=15`, {}, `${PMD}; server_max_window_bits=15`],
    [
      `${PMD}; server_max_window_bits=12`,
      { serverMaxWindowBits: 10 },
      `${PMD}; server_max_window_bits=10`,
    ],
    [PMD, { serverMaxWindowBits: 10 }, `${PMD}; server_max_window_bits=10`],
    [PMD, { clientMaxWindowBits: 10 }, PMD],
    [
      `${PMD}; client_max_window_bits`,
      { clientMaxWindowBits: 10 },
      `${PMD}; client_max_window_bits=10`,
    ],
    [
      `${PMD}; client_max_window_bits=9`,
      { clientMaxWindowBits: 10 },
      `${PMD}; client_max_window_bits=9`,
    ],
    [
      PMD,
      { serverNoContextTakeover: true, clientNoContextTakeover: true },
      `${PMD}; server_no_context_takeover; client_no_context_takeover`,
    ],
    // Declined: unknown, doubled, out of range, with or without a value where it must not be.
    [`${PMD}; mystery`, {}, undefined],
    [`${PMD}; server_no_context_takeover; server_no_context_takeover`, {}, undefined],
    [`${PMD}; server_no_context_takeover=1`, {}, undefined],
    [`${PMD}; server_max_window_bits`, {}, undefined],
    [`${PMD}; server_max_window_bits=7`, {}, undefined],
    [`${PMD}; server_max_window_bits=16`, {}, undefined],
    [`${PMD}; server_max_window_bits=08`, {}, undefined],
    [`${PMD}; client_max_window_bits=abc`, {}, undefined],
    ["x-webkit-deflate-frame", {}, undefined],
    // The first that can be accepted.
    [
      `${PMD}; mystery, ${PMD}; server_max_window_bits=9, ${PMD}`,
      {},
      `${PMD}; server_max_window_bits=9`,
    ],
  ];
  for (const [offer, options, response] of cases) {
    assertEquals(accept(offer, options), response, offer);
  }
});

Deno.test("acceptDeflate() gives each direction its settings", () => {
  const offer = `${PMD}; server_no_context_takeover; client_max_window_bits=11`;
  assertEquals(acceptDeflate(parseExtensions(offer), { level: 1, memLevel: 4 })?.agreed, {
    server: { windowBits: 15, contextTakeover: false, level: 1, memLevel: 4 },
    client: { windowBits: 11, contextTakeover: true, level: 1, memLevel: 4 },
  });
});

Deno.test("offerDeflate() always lets the server limit the client's window", () => {
  const cases: [CompressionOptions, string][] = [
    [{}, `${PMD}; client_max_window_bits`],
    [{ clientMaxWindowBits: 9 }, `${PMD}; client_max_window_bits=9`],
    [
      { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 15 },
      `${PMD}; server_no_context_takeover; client_no_context_takeover; ` +
      "server_max_window_bits=15; client_max_window_bits",
    ],
  ];
  for (const [options, offer] of cases) {
    assertEquals(formatExtensions([offerDeflate(options)]), offer);
  }
});

Deno.test("confirmDeflate() refuses a response that does not fit the offer", () => {
  const confirm = (response: string, options: CompressionOptions = {}) =>
    confirmDeflate(parseExtensions(response)[0]!, options);
  assertEquals(confirm(`${PMD}; client_max_window_bits=9`).client.windowBits, 9);
  assertEquals(confirm(`${PMD}; client_no_context_takeover`).client.contextTakeover, false);
  const wrong: [string, CompressionOptions, string][] = [
    [`${PMD}; client_max_window_bits`, {}, "client_max_window_bits is without a value"],
    [`${PMD}; server_max_window_bits=12`, { serverMaxWindowBits: 10 }, "is 12, at most 10"],
    [PMD, { serverMaxWindowBits: 10 }, "is absent, at most 10"],
    [PMD, { serverNoContextTakeover: true }, "server_no_context_takeover is absent"],
    [`${PMD}; other=1`, {}, "the parameter other is unknown"],
    [`${PMD}; server_max_window_bits=99`, {}, "is '99', expected 8 to 15"],
  ];
  for (const [response, options, message] of wrong) {
    assertThrows(() => confirm(response, options), ProtocolError, message);
  }
});

Deno.test("what a client offers, a server accepts and the client confirms means the same to both", () => {
  const choices: CompressionOptions[] = [];
  for (const serverNoContextTakeover of [false, true]) {
    for (const clientNoContextTakeover of [false, true]) {
      for (const serverMaxWindowBits of [8, 9, 12, 15]) {
        for (const clientMaxWindowBits of [8, 9, 12, 15]) {
          choices.push({
            serverNoContextTakeover,
            clientNoContextTakeover,
            serverMaxWindowBits,
            clientMaxWindowBits,
          });
        }
      }
    }
  }
  for (const client of choices) {
    for (const server of choices) {
      const accepted = acceptDeflate([offerDeflate(client)], server)!;
      assertEquals(confirmDeflate(accepted.response, client), accepted.agreed);
    }
  }
});
