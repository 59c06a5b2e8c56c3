/** The parser tests of llhttp, replayed against the message core; VERDICTS.md explains differences. */

import { assertEquals } from "@std/assert";
import { ProtocolError } from "../../../net/errors.ts";
import { ChunkedDecoder } from "../../../http/message/chunked.ts";
import { HttpError } from "../../../http/message/http_error.ts";
import { decodeLatin1, encodeLatin1 } from "../../../http/message/octets.ts";
import { type RequestHead, RequestHeadParser } from "../../../http/message/request_head.ts";
import { type ResponseHead, ResponseHeadParser } from "../../../http/message/response_head.ts";
import { verdictRows } from "../../support/http/verdicts.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";

/** One test of llhttp. */
interface Case {
  file: string;
  title: string;
  meta: { type?: string; skipBody?: boolean };
  kind: "http" | "url";
  input_md: string;
  /** Number and text of the error that llhttp reports, or null. */
  error: [string, string] | null;
  /** Whether llhttp saw the end of a message. */
  complete: boolean;
}

/**
 * The bytes that a test means (the Markdown of llhttp's tests): a line that ends
 * with a backslash goes on, every other line end is CR LF, escapes are escapes.
 */
function inputOf(test: Case): Uint8Array {
  const text = test.input_md.replace(/\n$/, "").replace(/\\\n/g, "").replace(/\n/g, "\r\n")
    .replace(/\\r/g, "\r").replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\f/g, "\f")
    .replace(/\\x([0-9a-fA-F]+)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\([0-7]{1,3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return new TextEncoder().encode(text);
}

/** What becomes of a stream of messages. */
type Verdict =
  | "accepted"
  | "incomplete"
  | "until close"
  | "refused"
  | "data after close"
  | "other protocol";

interface Replay {
  verdict: Verdict;
  /** Messages that came to their end. */
  messages: number;
  /** The status, for requests that are refused. */
  status?: number;
  message?: string;
}

function replay(test: Case): Replay {
  if (test.kind === "url") {
    const url = decodeLatin1(inputOf(test));
    return replayStream(encodeLatin1(`GET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`), true, false);
  }
  const requests = test.meta.type!.startsWith("request");
  const input = inputOf(test);
  const result = replayStream(input, requests, test.meta.skipBody === true);
  if (result.verdict !== "incomplete" || expectation(test) === "accepts") return result;
  // llhttp reports an error at its byte, the core when the head is complete.
  const completed = encodeLatin1(decodeLatin1(input) + "\r\n\r\n");
  const again = replayStream(completed, requests, test.meta.skipBody === true);
  return again.verdict === "refused" ? again : result;
}

function replayStream(input: Uint8Array, requests: boolean, skipBody: boolean): Replay {
  let bytes = input;
  let messages = 0;
  try {
    for (let at = 0;;) {
      if (requests) bytes = withHost(bytes, at);
      const head = requests
        ? new RequestHeadParser().parse(bytes, at, bytes.length)
        : new ResponseHeadParser().parse(bytes, at, bytes.length);
      if (head === undefined) {
        const empty = /^[\r\n]*$/.test(decodeLatin1(bytes, at));
        return { verdict: empty ? "accepted" : "incomplete", messages };
      }
      at += head.headBytes;
      if (head.framing === "close") return { verdict: "until close", messages };
      const end = skipBody ? at : bodyEnd(head, bytes, at);
      if (end === undefined) return { verdict: "incomplete", messages };
      at = end;
      messages++;
      if (changesProtocol(head)) return { verdict: "other protocol", messages };
      if (!head.keepAlive && at < bytes.length) return { verdict: "data after close", messages };
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const status = error instanceof HttpError ? { status: error.status } : {};
    return { verdict: "refused", messages, message: error.message, ...status };
  }
}

/** The stream with a Host where the request of HTTP/1.1 at a place has none: llhttp needs none. */
function withHost(bytes: Uint8Array, at: number): Uint8Array {
  try {
    new RequestHeadParser().parse(bytes, at, bytes.length);
    return bytes;
  } catch (error) {
    if (!(error instanceof HttpError) || error.message !== "no Host field, expected one") {
      return bytes;
    }
    const text = decodeLatin1(bytes);
    const line = /^[\r\n]*[^\n]+\n/.exec(text.slice(at))![0].length;
    return encodeLatin1(text.slice(0, at + line) + "Host: a\r\n" + text.slice(at + line));
  }
}

function bodyEnd(
  head: RequestHead | ResponseHead,
  bytes: Uint8Array,
  at: number,
): number | undefined {
  switch (head.framing) {
    case "none":
    case "close":
      return at;
    case "length":
      return at + head.contentLength <= bytes.length ? at + head.contentLength : undefined;
    case "chunked": {
      const decoder = new ChunkedDecoder();
      for (const _ of decoder.decode(bytes.subarray(at)));
      return decoder.done ? at + decoder.consumed : undefined;
    }
  }
}

function changesProtocol(head: RequestHead | ResponseHead): boolean {
  return "method" in head
    ? head.method === "CONNECT" || head.upgrade.length > 0
    : head.status === 101;
}

/** What llhttp does, in a word. Its pauses are no errors. */
function expectation(test: Case): "accepts" | "refuses" {
  const pauses = ["21", "22", "23"];
  return test.error === null || pauses.includes(test.error[0]) ? "accepts" : "refuses";
}

/** What the core does, in words; alike if it is the same. */
function ourAnswer({ verdict, messages, status }: Replay): string {
  if (verdict === "refused") return status === undefined ? "refuses" : `refuses, ${status}`;
  if (verdict === "data after close") return "refuses what follows the last message";
  return messages > 0 ? "accepts" : verdict === "until close" ? "reads until close" : "waits";
}

corpusTest("the message core agrees with llhttp, but for what VERDICTS.md explains", async () => {
  const cases: Case[] = JSON.parse(await Deno.readTextFile(corpusFile("http/llhttp.json")));
  assertEquals(cases.length, 250);
  const differing = cases.flatMap((test) => {
    const replayed = replay(test);
    const ours = ourAnswer(replayed);
    const refuses = ours.startsWith("refuses");
    const theirs = expectation(test);
    const same = refuses
      ? theirs === "refuses"
      : theirs === "accepts" && test.complete === replayed.messages > 0;
    const name = `${test.file.replace("test/", "")}: ${test.title}`;
    return same ? [] : [{ name, theirs, ours }];
  });
  const byName = (a: { name: string }, b: { name: string }) => a.name < b.name ? -1 : 1;
  assertEquals(differing.sort(byName), (await verdictRows("llhttp")).sort(byName));
});
