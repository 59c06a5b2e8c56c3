import { assert, assertEquals } from "@std/assert";
import { connectWebSocket, serveHttp, upgradeWebSocket } from "../../http/mod.ts";
import { frameCases, type MessageCase, messageCases } from "../support/websocket/autobahn_cases.ts";
import { playFrames, playMessages, talkTo } from "../support/websocket/autobahn_run.ts";
import { openPage } from "../support/chromium.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { start } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;
const SCRIPTS = new URL("websocket/", import.meta.url).pathname;
const PYTHON = "/usr/bin/python3";
/** A photograph. */
const jpeg = () => corpusFile("images/galaxy.jpg");

async function imageFolder() {
  const folder = await temporaryFolder();
  await Deno.copyFile(jpeg(), `${folder.path}/image.jpg`);
  return folder;
}

function heliograph(args: string[], cwd: string) {
  return start(Deno.execPath(), ["run", "-A", "--no-check", CLI, ...args], { cwd });
}

for (const deflate of [false, true]) {
  const how = deflate ? ", compressed" : "";
  const extra = deflate ? ["deflate"] : [];

  corpusTest(`the document's client works with ws serve${how}`, async () => {
    await using folder = await imageFolder();
    const image = await Deno.readFile(jpeg());
    const size = image.toBase64().length;
    await using server = heliograph(["ws", "serve", "--port", "0"], folder.path);
    const url = (await server.line(/^listening on (ws:.*)$/))[1]!;
    const { port } = new URL(url);
    await using client = start(
      PYTHON,
      [`${SCRIPTS}document_client.py`, url, port, ...extra],
      { cwd: folder.path },
    );
    assertEquals(await client.ended(), 0);
    assertEquals(client.lines, [
      `Server connected: tcp4:127.0.0.1:${port}`,
      "WebSocket connection open.",
      `Encoded size of the sent image: ${size} bytes`,
      `Encoded size of the received image: ${size} bytes`,
      "same bytes: True",
      "WebSocket connection closed: True 1000",
    ]);
    await server.line(/^WebSocket connection closed: /);
    assertEquals(server.lines.map((line) => line.replace(/:\d+$/, ":PORT")).slice(1), [
      "Client connecting: tcp4:127.0.0.1:PORT",
      "WebSocket connection open.",
      "Text message received, saving to a file",
      `Saved image_received.jpg: ${image.length} bytes, image/jpeg`,
      "WebSocket connection closed: 1000 (normal closure)",
    ]);
    assertEquals(await Deno.readFile(`${folder.path}/image_received.jpg`), image);
  });

  corpusTest(`ws send works with the document's server${how}`, async () => {
    await using folder = await imageFolder();
    const image = await Deno.readFile(jpeg());
    const size = image.toBase64().length;
    await using server = start(PYTHON, [`${SCRIPTS}document_server.py`, ...extra], {
      cwd: folder.path,
    });
    const port = (await server.line(/^port (\d+)$/))[1]!;
    const url = `ws://127.0.0.1:${port}`;
    await using text = heliograph(["ws", "send", url], folder.path);
    assertEquals(await text.ended(), 0);
    assertEquals(text.lines, [
      `Server connected: tcp4:127.0.0.1:${port}`,
      "WebSocket connection open.",
      `Encoded size of the sent image: ${size} bytes`,
      `Encoded size of the received image: ${size} bytes`,
      "WebSocket connection closed: 1000 (normal closure)",
    ]);
    assertEquals(await Deno.readFile(`${folder.path}/image_received.jpg`), image);
    await using binary = heliograph(["ws", "send", "--binary", "image.jpg", url], folder.path);
    assertEquals(await binary.ended(), 0);
    assertEquals(binary.lines.slice(2, 4), [
      `Size of the sent image: ${image.length} bytes`,
      `Binary message received: ${image.length} bytes`,
    ]);
    assertEquals((await server.line(/^Binary message received: (\d+)/))[1], String(image.length));
    // With the library's own client, compression is really agreed on.
    await using connection = await connectWebSocket(url);
    assertEquals(connection.compressed, deflate);
    for (const message of ["A".repeat(100_000), "Grüße vom Licht ".repeat(9_000)]) {
      await connection.send(new TextEncoder().encode(message));
      assertEquals(await (await connection.receive())?.text(), message);
    }
  });
}

Deno.test("python3-websockets works with our server, compressed and not", async () => {
  await using server = await serveHttp({ port: 0 }, (request) =>
    upgradeWebSocket(request, {
      handler: async (connection) => {
        for await (const message of connection) {
          await connection.send(await message.bytes(), { kind: message.kind });
        }
      },
    }));
  const url = `ws://127.0.0.1:${server.address.port}/`;
  await using client = start(PYTHON, [`${SCRIPTS}websockets_client.py`, url]);
  assertEquals(await client.ended(), 0);
  assertEquals(client.lines, [
    "extensions permessage-deflate",
    "closed 1000",
    "extensions ",
    "closed 1000",
  ]);
});

corpusTest("our client works with python3-websockets, compressed and not", async () => {
  await using server = start(PYTHON, [`${SCRIPTS}websockets_server.py`]);
  const port = (await server.line(/^port (\d+)$/))[1]!;
  const image = await Deno.readFile(jpeg());
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  for (
    const compression of [
      {},
      { clientNoContextTakeover: true, serverMaxWindowBits: 9 },
      false,
    ] as const
  ) {
    await using connection = await connectWebSocket(`ws://127.0.0.1:${port}/`, {
      compression,
      fragmentSize: 50_000,
    });
    assertEquals(connection.compressed, compression !== false);
    for (const message of ["", "Grüße", "sun ".repeat(40_000), new Uint8Array(0), image, noise]) {
      for (const compress of compression === false ? [false] : [undefined, true, false]) {
        await connection.send(message, compress === undefined ? {} : { compress });
        const answer = (await connection.receive())!;
        if (typeof message === "string") assertEquals(await answer.text(), message);
        else assertEquals(await answer.bytes(), message);
      }
    }
    assert(await connection.ping() < 10_000);
    assertEquals(await connection.close(), { code: 1000, reason: "", clean: true });
  }
});

Deno.test("the client for the Autobahn test suite goes through the cases of a server like its", async () => {
  const asked: string[] = [];
  const messages = ["Hello", new Uint8Array([1, 2]), "x".repeat(100_000)];
  await using server = await serveHttp({ port: 0 }, (request) =>
    upgradeWebSocket(request, {
      handler: async (connection) => {
        const number = Number(new URLSearchParams(request.query).get("case"));
        const message = messages[number - 1];
        let answer = "";
        if (request.path === "/getCaseCount") await connection.send("4");
        if (message !== undefined) {
          await connection.send(message);
          const echo = (await connection.receive())!;
          const back = echo.kind === "text" ? await echo.text() : await echo.bytes();
          answer = String(back) === String(message) ? " ok" : " wrong";
        }
        asked.push(request.target + answer);
        // A case may end without a closing handshake.
        if (number === 4) connection.abort();
      },
    }));
  await using client = start(Deno.execPath(), [
    ...["run", "--allow-net", "--no-check", `${SCRIPTS}autobahn_client.ts`],
    ...[server.url.replace("http", "ws").replace(/\/$/, ""), "a b"],
  ]);
  assertEquals([await client.ended(), client.lines], [0, ["4 cases"]]);
  assertEquals(asked, [
    "/getCaseCount",
    "/runCase?case=1&agent=a%20b ok",
    "/runCase?case=2&agent=a%20b ok",
    "/runCase?case=3&agent=a%20b ok",
    "/runCase?case=4&agent=a%20b",
    "/updateReports?agent=a%20b",
  ]);
});

corpusTest(
  "the page in Chromium sends images both ways, shows them and lists them live",
  async () => {
    await using folder = await imageFolder();
    await using server = heliograph(["ws", "serve", "--port", "0", "--save-binary"], folder.path);
    const url = (await server.line(/^listening on (ws:.*)$/))[1]!.replace("ws:", "http:");
    await using page = await openPage(url);
    await page.until(`document.getElementById("live").textContent === "Nothing yet."`);
    for (const form of ["text", "binary"]) {
      await page.until(`(() => {
      if (window.given === "${form}") return true;
      window.given = "${form}";
      document.querySelector("input[value=${form}]").click();
      const canvas = new OffscreenCanvas(320, 200);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "${form === "text" ? "orange" : "navy"}";
      pen.fillRect(20, 20, 200, 100);
      document.getElementById("named").checked = true;
      canvas.convertToBlob({ type: "image/png" }).then((blob) => {
        const files = new DataTransfer();
        files.items.add(new File([blob], "${form} sun.png", { type: "image/png" }));
        const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
        document.getElementById("${form === "text" ? "drop" : "saved"}").dispatchEvent(drop);
      });
      return false;
    })()`);
      const shown = await page.until<string>(
        `document.querySelector("#results li:nth-child(${
          form === "text" ? 1 : 2
        })")?.dataset.decoded`,
      );
      assertEquals(shown, "320x200");
      const told = await page.until<string>(`document.getElementById("results").innerText`);
      assert(/^\d[\d.]* ms, \d[\d.]* (KiB|MiB)\/s both ways$/m.test(told), told);
      const listed = await page.until<string>(
        `[...document.querySelectorAll("#images li")].find((item) =>
        item.textContent.includes("${form} sun.png") && item.dataset.decoded)?.dataset.decoded`,
      );
      assertEquals(listed, "320x200");
      const saved = await Deno.readFile(`${folder.path}/${form} sun.png`);
      assertEquals(saved.subarray(0, 8).toHex(), "89504e470d0a1a0a");
    }
    // A large JPEG, as a camera makes it, really decodes.
    const photograph = (await Deno.readFile(jpeg())).toBase64();
    await page.until(`(() => {
    if (window.given === "jpeg") return true;
    window.given = "jpeg";
    document.querySelector("input[value=text]").click();
    document.getElementById("named").checked = false;
    const bytes = Uint8Array.from(atob(${JSON.stringify(photograph)}), (c) => c.charCodeAt(0));
    sendAll([new File([bytes], "galaxy.jpg", { type: "image/jpeg" })]);
    return false;
  })()`);
    const size = await page.until<string>(
      `document.querySelector("#results li:nth-child(3)")?.dataset.decoded`,
    );
    assert(/^\d{3,}x\d{3,}$/.test(size), size);
    assertEquals(
      await Deno.readFile(`${folder.path}/image_received.jpg`),
      await Deno.readFile(jpeg()),
    );
    server.kill("SIGINT");
    await server.ended();
    await page.until(`(sendAll([new File(["x"], "late.png")]), true)`);
    const lost = `document.getElementById("status").classList.contains("failed") &&
      document.getElementById("status").textContent`;
    assertEquals(
      await page.until(lost),
      "late.png: the server is away, or the connection was lost",
    );
  },
);

for (const role of ["server", "client"] as const) {
  Deno.test(`a ${role} passes the large Autobahn cases, and those of many messages in full`, async () => {
    const cases = frameCases().filter(({ id }) => /^9\./.test(id));
    const answers = await talkTo(
      role,
      { offers: "", answer: "" },
      cases.map((test) => (probe) => playFrames(probe, test)),
    );
    for (const [i, { id, expected }] of cases.entries()) assertEquals(answers[i], expected, id);
    const groups = new Map<string, MessageCase[]>();
    for (const test of messageCases(1_000).filter(({ size }) => size <= 1_024)) {
      const key = `${test.offers}|${test.answer}`;
      groups.set(key, [...groups.get(key) ?? [], test]);
    }
    for (const tests of groups.values()) {
      const results = await talkTo(
        role,
        tests[0]!,
        tests.map((test) => (probe) => playMessages(probe, test, role)),
      );
      for (const [i, { id }] of tests.entries()) assertEquals(results[i], "close 1000", id);
    }
  });
}
