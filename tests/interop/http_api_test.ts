/** The examples of docs/http-api.md: each gives what stands below it. */

import { assert, assertEquals } from "@std/assert";
import { writeSampleData } from "../../commands/station/sample_data.ts";
import { startStation } from "../../station/station.ts";
import { temporaryFolder } from "../support/temporary.ts";

const DOCUMENT = new URL("../../docs/http-api.md", import.meta.url);

/** A request, and what is said to come. */
interface Example {
  readonly line: string;
  readonly expected: string;
}

function examplesOf(text: string): Example[] {
  return [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
    block!.split(/^(?=\$ )/m).map((part) => {
      const [first, ...rest] = part.split("\n");
      return { line: first!.replace(/^\$ /, ""), expected: rest.join("\n").trimEnd() };
    })
  );
}

/** The words of a command line, single quotes taken away. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** Does what curl would do with the flags of the examples. */
async function ask(line: string, home: string): Promise<string> {
  const words = wordsOf(line);
  assertEquals(words[0], "curl", line);
  const headers: Record<string, string> = {};
  let method = "GET";
  let body: Uint8Array<ArrayBuffer> | undefined;
  let url = "";
  let isHead = false;
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    if (word === "-s") continue;
    if (word === "-X") method = words[++i]!;
    else if (word === "-I") isHead = true;
    else if (word === "-H") {
      const [name, value] = words[++i]!.split(/: */);
      headers[name!] = value!;
    } else if (word === "--data-binary") {
      body = new TextEncoder().encode(words[++i]!);
    } else url = word;
  }
  const address = new URL(url);
  const target = new URL(address.pathname.slice(1) + address.search, home);
  const response = await fetch(target, {
    method: isHead ? "HEAD" : method,
    headers,
    body: body ?? null,
  });
  const text = await response.text();
  if (!isHead) return text.trimEnd();
  const fields = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${response.status} ${response.statusText}`, ...fields].join("\n");
}

/** Whether a text is as it is written; `...` stands for anything. */
function matches(text: string, pattern: string): boolean {
  const parts = pattern.split("...").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(text);
}

Deno.test("the examples of docs/http-api.md give what stands below them", async () => {
  await using folder = await temporaryFolder();
  await writeSampleData(folder.path);
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, version: "0.1.0" },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const examples = examplesOf(await Deno.readTextFile(DOCUMENT));
  assert(examples.length >= 20, `${examples.length} examples`);
  for (const { line, expected } of examples) {
    const found = await ask(line, station.url);
    assert(matches(found, expected), `${line}\n${found.slice(0, 2_000)}\n${expected}`);
  }
});
