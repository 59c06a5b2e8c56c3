import { assert, assertEquals } from "@std/assert";
import { ImageStore } from "../../../http/image_exchange/image_store.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4);

function save(store: ImageStore, name?: string): string {
  using image = store.receive();
  image.write(PNG);
  return image.save(name, true).name;
}

/** Counts the calls of a function of the platform while another runs. */
function counted(name: "openSync" | "lstatSync", run: () => void): number {
  const original = Deno[name];
  let calls = 0;
  Object.assign(Deno, {
    [name]: (...args: unknown[]) => {
      calls++;
      return (original as (...args: unknown[]) => unknown)(...args);
    },
  });
  try {
    run();
  } finally {
    Object.assign(Deno, { [name]: original });
  }
  return calls;
}

Deno.test("ImageStore numbers images of one name on and on, and looks for no number twice", async () => {
  await using folder = await temporaryFolder();
  const store = new ImageStore(folder.path);
  const names = Array.from({ length: 30 }, () => save(store, "sun.png"));
  assertEquals(names.slice(0, 3), ["sun.png", "sun-1.png", "sun-2.png"]);
  assertEquals(names.at(-1), "sun-29.png");
  // One for the temporary file, one for the name.
  assertEquals(counted("openSync", () => save(store, "sun.png")), 2);
  assertEquals(save(store, "moon.png"), "moon.png");
});

Deno.test("ImageStore finds the end of 12,000 images that are there in a few looks", async () => {
  await using folder = await temporaryFolder();
  for (let i = 0; i < 12_000; i++) {
    Deno.writeTextFileSync(`${folder.path}/sun${i === 0 ? "" : `-${i}`}.png`, "");
  }
  const store = new ImageStore(folder.path);
  let name = "";
  const looks = counted("lstatSync", () => name = save(store, "sun.png"));
  assertEquals(name, "sun-12000.png");
  assert(looks <= 30, `${looks} looks`);
  await Deno.writeTextFile(`${folder.path}/sun-12001.png`, "another's");
  assertEquals(save(store, "sun.png"), "sun-12002.png");
});

Deno.test("ImageStore removes what a killed server has left, and not what another receives", async () => {
  await using folder = await temporaryFolder();
  for (const name of [".image-0123abcd", ".image-old", "a.png"]) {
    await Deno.writeTextFile(`${folder.path}/${name}`, "dead");
  }
  const one = new ImageStore(folder.path);
  using incoming = one.receive();
  const other = new ImageStore(folder.path);
  incoming.write(Uint8Array.fromBase64("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="));
  incoming.save("b", false);
  assertEquals(other.images, []);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).toSorted();
  assertEquals(names, [".image-old", "a.png", "b.gif"]);
});
