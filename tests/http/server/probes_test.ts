/** The cases of Http11Probe over real sockets; VERDICTS.md explains what differs. */

import { assert, assertEquals } from "@std/assert";
import { parseHttpDate } from "../../../http/message/date.ts";
import { fileHandler } from "../../../http/files/handler.ts";
import { type HttpServer, serveHttp } from "../../../http/server/serve_http.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { probe, type ProbeAnswer, probeServer } from "./probe_server.ts";
import { verdictRows } from "../../support/http/verdicts.ts";

interface Probe {
  id: string;
  level: "Must" | "Should" | "May" | "NotApplicable";
  scored: boolean;
  expect: { status: string[]; allowClose: boolean; custom: boolean; text: string | null };
  payload: string;
}

/** The second step of the probes that have one: the corpus holds the first only. */
const FOLLOW_UP = "GET / HTTP/1.1\r\nHost: HOST:PORT\r\n\r\n";

/**
 * The second steps of the probes for a server of files: conditions, made of the
 * validators that the first answer carried.
 */
const CONDITIONS: Readonly<Record<string, (etag: string, modified: string) => string>> = {
  "CAP-ETAG-304": (etag) => `If-None-Match: ${etag}`,
  "CAP-LAST-MODIFIED-304": (_, modified) => `If-Modified-Since: ${modified}`,
  "CAP-ETAG-IN-304": (etag) => `If-None-Match: ${etag}`,
  "CAP-INM-PRECEDENCE": (etag) =>
    `If-None-Match: ${etag}\r\nIf-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT`,
  "CAP-INM-WILDCARD": () => "If-None-Match: *",
  "CAP-IMS-FUTURE": () => "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT",
  "CAP-IMS-INVALID": () => "If-Modified-Since: not a date",
  "CAP-INM-UNQUOTED": (etag) => `If-None-Match: ${etag.replaceAll('"', "")}`,
  "CAP-ETAG-WEAK": (etag) => `If-None-Match: W/${etag}`,
};

/** What the server did: the final answers, 100 Continue left out. */
type Outcome = readonly ProbeAnswer[];

const status = (outcome: Outcome): string =>
  outcome[0] === undefined ? "close" : String(outcome[0].status);
const ok = (outcome: Outcome): boolean => /^2/.test(status(outcome));
const closes = (outcome: Outcome): boolean =>
  outcome.length === 1 && outcome[0]!.fields.get("connection") === "close";

/** Rules that are more than a choice of statuses. */
const RULES: Readonly<Record<string, (outcome: Outcome, payload: string) => boolean>> = {
  "2xx preferred; 400 warns": ok,
  "2xx + echo": (outcome) => ok(outcome) && /^hello( world|world)?$/.test(outcome[0]!.body),
  "2xx (Range ignored)": (outcome) => status(outcome) === "200",
  "2xx with no body": (outcome) => ok(outcome) && outcome[0]!.body === "" && outcome.length === 1,
  "2xx with Date header": (outcome) =>
    ok(outcome) && parseHttpDate(outcome[0]!.fields.get("date") ?? "") !== undefined,
  "IMF-fixdate format": (outcome) =>
    /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(outcome[0]!.fields.get("date") ?? ""),
  "2xx with Allow header": (outcome) => ok(outcome) && outcome[0]!.fields.has("allow"),
  "2xx with Content-Type": (outcome) => ok(outcome) && outcome[0]!.fields.has("content-type"),
  "2xx + close": (outcome) => ok(outcome) && closes(outcome),
  "2xx + 2xx": (outcome) => outcome.map((answer) => answer.status).join() === "200,200",
  "204 without CL": (outcome) =>
    status(outcome) === "204" && !outcome[0]!.fields.has("content-length"),
  "405 + Allow header": (outcome) => status(outcome) === "405" && outcome[0]!.fields.has("allow"),
  "!101": (outcome) => status(outcome) !== "101",
  "non-101 (426 preferred)": (outcome) => status(outcome) !== "101",
  "non-1xx response": (outcome) => !/^1/.test(status(outcome)),
  "405/501, or 200 without Auth": (outcome) => /^(405|501)$/.test(status(outcome)),
  "400 or 2xx+close": (outcome) => status(outcome) === "400" || (ok(outcome) && closes(outcome)),
  "400, or 2xx + close": (outcome) => status(outcome) === "400" || (ok(outcome) && closes(outcome)),
  "400/501 or 2xx+close": (outcome) =>
    /^(400|501)$/.test(status(outcome)) || (ok(outcome) && closes(outcome)),
  "400/close preferred; extra response on step 2 = warn": staysInStep,
  "400/close preferred; poisoned follow-up = warn": staysInStep,
  "400/close/pass-through; poisoned follow-up = warn": staysInStep,
  "417/400/close preferred; poisoned follow-up = warn": staysInStep,
  "Reject/drop (pass), normalize (fail), preserve (warn)": keepsNames,
  "Reject/drop (pass), normalize casing (fail), preserve (warn)": keepsNames,
  "2xx with Cookie in body": (outcome) =>
    ok(outcome) && outcome[0]!.body.includes("Cookie: foo=bar"),
  "2xx with foo=bar in body": ok,
  "2xx with a=1, b=2, c=3 in body": ok,
  "2xx (no crash)": ok,
  "304 with ETag": (outcome) => status(outcome) === "304" && outcome[0]!.fields.has("etag"),
  "2xx with both cookies": (outcome) =>
    ok(outcome) && /Cookie: a=1\r\nCookie: b=2/.test(outcome[0]!.body),
};

/** A request behind the probe is answered as what it is, or the connection ends. */
function staysInStep(outcome: Outcome): boolean {
  const [first, second] = outcome.map((answer) => answer.status);
  return first !== undefined && first < 500 &&
    (second === 200 || (closes(outcome) && first >= 400));
}

/** No name is changed into that of another field. */
function keepsNames(outcome: Outcome, payload: string): boolean {
  if (status(outcome) === "400") return true;
  const sent = payload.split("\r\n\r\n")[0]!.split("\r\n").slice(1).map((line) =>
    line.split(":")[0]
  );
  const received = outcome[0]!.body.split("\r\n").filter((line) => line.includes(": "))
    .map((line) => line.split(":")[0]);
  return ok(outcome) && received.join() === sent.join();
}

/** Asks for a file, and once more with a condition. */
async function probeCondition(
  files: HttpServer,
  payload: string,
  condition: (etag: string, modified: string) => string,
): Promise<Outcome> {
  const once = payload.replace("keep-alive", "close");
  const [first] = await probe(files, once);
  const etag = first!.fields.get("etag")!;
  const modified = first!.fields.get("last-modified")!;
  return await probe(files, once.replace(/\r\n$/, condition(etag, modified) + "\r\n\r\n"));
}

/** Whether an outcome is what a probe expects. */
function satisfies(test: Probe, outcome: Outcome): boolean {
  const { status: statuses, allowClose, text } = test.expect;
  const rule = text === null ? undefined : RULES[text];
  if (rule !== undefined) return rule(outcome, test.payload);
  const choices = statuses.map((choice) =>
    choice.replace(/Exact\((\d+)\)/, "$1").replace("Range", "")
  );
  if (allowClose) choices.push("close");
  if (text !== null) {
    const words = text.replace(/ \((pass|warn)\)| preferred.*$/g, "").split(/, or | or |, |\//);
    for (const word of words) {
      if (!/^(\d{3}|2xx|close|timeout)$/.test(word)) {
        throw new Error(`no rule: ${text}`);
      }
      choices.push(
        ...(word === "timeout" ? ["close", "408"] : [word]),
      );
    }
  }
  return choices.includes(status(outcome)) || (choices.includes("2xx") && ok(outcome));
}

corpusTest(
  "serveHttp() gives the verdicts of Http11Probe, but for those in VERDICTS.md",
  async () => {
    const probes: Probe[] = JSON.parse(
      await Deno.readTextFile(corpusFile("http/http11probe.json")),
    );
    assertEquals(probes.length, 170);
    await using server = await probeServer();
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(`${folder.path}/index.html`, "<h1>Sun</h1>");
    await Deno.utime(`${folder.path}/index.html`, 1_000_000_000, 1_000_000_000);
    await using files = await serveHttp({ port: 0 }, fileHandler({ root: folder.path }));
    const outcomes = await Promise.all(probes.map(async ({ id, payload, expect }) => {
      const condition = CONDITIONS[id];
      if (condition !== undefined) return await probeCondition(files, payload, condition);
      const followed = /follow-up|step 2|2xx \+ 2xx/.test(expect.text ?? "");
      const answers = await probe(server, followed ? payload + FOLLOW_UP : payload);
      return answers.filter((answer) => answer.status >= 200);
    }));
    const differing = probes.flatMap((test, i) => {
      const outcome = outcomes[i]!;
      if (satisfies(test, outcome)) return [];
      assert(test.level !== "Must" || !test.scored, `${test.id}: ${status(outcome)}`);
      const ours = outcome.map((answer) => answer.status).join(", ");
      const theirs = test.expect.text ?? test.expect.status.join(" or ");
      return [{ name: test.id, theirs, ours }];
    });
    assertEquals(differing, await verdictRows("Http11Probe"));
  },
);
