import { assert, assertEquals } from "@std/assert";
import { encodeFits } from "../../../fits/mod.ts";
import { FileTree } from "../../../http/files/tree.ts";
import { OpenFiles } from "../../../station/api/open_files.ts";
import { EventBus } from "../../../station/live/bus.ts";
import { FileWatch } from "../../../station/live/file_watch.ts";
import { startStation } from "../../../station/station.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const image = (first: number, name?: string) => ({
  pixels: Int16Array.from({ length: 2_880 }, (_, i) => first + i),
  shape: [60, 48],
  name,
});

/** The bytes of further HDUs: those of a file without its first. */
async function extension(first: number, name: string) {
  const bytes = await encodeFits([image(0), image(first, name)]);
  return bytes.slice((await encodeFits([image(0)])).length);
}

async function station() {
  const folder = await temporaryFolder();
  const path = `${folder.path}/grow.fits`;
  await Deno.writeFile(path, await encodeFits([image(0)]));
  const running = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received` },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const ask = (query: string) => fetch(new URL(query, running.url));
  return {
    path,
    ask,
    info: async () => await (await ask("fits/grow.fits?format=info")).json(),
    append: (bytes: Uint8Array) => Deno.writeFile(path, bytes, { append: true }),
    [Symbol.asyncDispose]: async () => {
      await running.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a file that grows is told HDU by HDU, and what was known of it stays", async () => {
  await using running = await station();
  const before = await running.info();
  const { validator } = before.hdus[0];
  const stream = await running.ask("events?topics=files&path=grow.fits");
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const told = async (wanted: string) => {
    while (!text.includes(wanted)) text += (await reader.read()).value ?? "";
    const data = /data: (.*)\n\n$/.exec(text)![1]!;
    text = "";
    return JSON.parse(data);
  };
  await reader.read();
  // The header and half of the data: nothing is complete.
  const bytes = await extension(500, "SECOND");
  await running.append(bytes.slice(0, 4_000));
  const half = await told('"hdus":1');
  assertEquals([half.added, half.path], [[], "grow.fits"]);
  assertEquals((await running.info()).growing, true);
  await running.append(bytes.slice(4_000));
  const whole = await told('"hdus":2');
  assertEquals([whole.added, whole.bytes, whole.epoch], [
    [1],
    (await Deno.stat(running.path)).size,
    half.epoch,
  ]);
  const after = await running.info();
  assertEquals([after.growing, after.hdus.length, after.hdus[1].name], [false, 2, "SECOND"]);
  // Tiles of the first HDU that were fetched before are still those of this version.
  assertEquals(after.hdus[0].validator, validator);
  const tile = await running.ask(`fits/grow.fits?format=tile&tile=0/0/0&v=${validator}`);
  assertEquals(tile.status, 200);
  await tile.body?.cancel();
  // Another file under the same name is another version of all.
  await Deno.writeFile(running.path, await encodeFits([image(7)]));
  const renewed = await told('"hdus":1');
  assertEquals(renewed.epoch, whole.epoch + 1);
  const other = await running.ask(`fits/grow.fits?format=tile&tile=0/0/0&v=${validator}`);
  assertEquals([other.status, (await other.json()).type], [409, "/problems#changed"]);
  assert((await running.info()).hdus[0].validator !== validator);
  await reader.cancel();
});

Deno.test("/events takes no path that leads out of the folder, and waits for a file to come", async () => {
  await using running = await station();
  for (const path of ["../x.fits", "a/../../x", "", "a//b", "/etc/passwd", "a\\b"]) {
    const answer = await running.ask(`events?path=${encodeURIComponent(path)}`);
    assertEquals(answer.status, 400, path);
    assertEquals((await answer.json()).parameter, "path");
  }
  const later = await running.ask("events?topics=files&path=later.fits");
  assertEquals(later.status, 200);
  await later.body?.cancel();
});

Deno.test("FileWatch hears of what is written before it looks by itself", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/grow.fits`;
  await Deno.writeFile(path, await encodeFits([image(0)]));
  const first = Promise.withResolvers<void>();
  class Files extends OpenFiles {
    override async use(segments: readonly string[]) {
      const inUse = await super.use(segments);
      return {
        file: inUse.file,
        [Symbol.dispose]: () => {
          inUse[Symbol.dispose]();
          first.resolve();
        },
      };
    }
  }
  using files = new Files(new FileTree(folder.path));
  const bus = new EventBus();
  // The first look by itself would be in an hour.
  const watch = new FileWatch(files, bus, 3_600_000);
  const told = Promise.withResolvers<{ hdus: number; added: number[] }>();
  bus.listen(({ data }) => {
    const event = JSON.parse(data);
    if (event.hdus === 2) told.resolve(event);
  });
  const end = watch.watch(["grow.fits"]);
  // What is there is known before something is added.
  await first.promise;
  const bytes = await extension(500, "SECOND");
  await Deno.writeFile(path, bytes, { append: true });
  assertEquals((await told.promise).added, [1]);
  end();
});
