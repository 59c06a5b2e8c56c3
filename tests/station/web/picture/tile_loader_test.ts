import { assertEquals } from "@std/assert";
import { parseTile, type Tile } from "../../../../station/web/picture/tile.ts";
import {
  addressesIn,
  type PlaneShape,
  TileLoader,
  type TileRequest,
} from "../../../../station/web/picture/tile_loader.ts";
import { tileBytes } from "../../../support/station/tile_bytes.ts";

const PLANE: PlaneShape = { id: "a", width: 2048, height: 1024, levels: 3, drafts: false };
const RANGE = { level: 0, fromX: 0, toX: 3, fromY: 0, toY: 1, nearX: 3.5, nearY: 0.5 };

/** A loader whose tiles come when the test says so; a value tells its level, column and row. */
function makeLoader(most = 100) {
  const asked: string[] = [];
  const answers = new Map<string, PromiseWithResolvers<Tile>>();
  const nameOf = ({ plane, level, x, y, draft }: TileRequest) =>
    `${plane} ${level}/${x}/${y}${draft ? " draft" : ""}`;
  const loader = new TileLoader({
    most,
    load: (request) => {
      const answer = Promise.withResolvers<Tile>();
      asked.push(nameOf(request));
      answers.set(nameOf(request), answer);
      return answer.promise;
    },
    onTile: () => {},
    onError: () => {},
  });
  const come = async (name: string, flags = 0) => {
    const [, level, x, y] = /(\d+)\/(\d+)\/(\d+)/.exec(name)!.map(Number);
    const head = { type: 7, flags: flags | 8, level, width: 512, height: 512 };
    answers.get(name)!.resolve(
      parseTile(tileBytes(head, Float32Array.of(level! * 100 + x! * 10 + y!))),
    );
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  const take = () => asked.splice(0);
  return { loader, take, come, answers };
}

Deno.test("addressesIn() has the tiles that are nearest first", () => {
  const tiles = addressesIn(RANGE).map(({ x, y }) => `${x}/${y}`);
  assertEquals([tiles[0], tiles.at(-1), tiles.length], ["3/0", "0/1", 8]);
});

Deno.test("TileLoader asks for one coarse tile where nothing is, then for what is seen, then for what is next", async () => {
  const { loader, take, come } = makeLoader();
  loader.setPlane(PLANE);
  const next = { ...PLANE, id: "b" };
  loader.want(RANGE, [next]);
  const asked = take();
  assertEquals(asked.slice(0, 2), ["a 2/0/0", "a 0/3/0"]);
  assertEquals([asked.length, asked[9]], [17, "b 0/3/0"]);
  await come("a 2/0/0");
  assertEquals(loader.meanAt(900, 300)?.value.physical, 200);
  assertEquals(loader.meanAt(900, 300)?.level, 2);
  await come("a 0/1/0");
  assertEquals([loader.valueAt(900, 300)?.physical, loader.valueAt(10, 10)], [10, undefined]);
  // Where something is seen already, no coarse tile is asked for.
  loader.want({ ...RANGE, toX: 1, nearX: 1 });
  assertEquals(take().filter((name) => name.includes("2/0/0")), []);
});

Deno.test("TileLoader is content with drafts until all that is seen is there, then asks for exact tiles", async () => {
  const { loader, take, come } = makeLoader();
  loader.setPlane({ ...PLANE, drafts: true });
  const range = { level: 1, fromX: 0, toX: 1, fromY: 0, toY: 0, nearX: 0, nearY: 0 };
  loader.want(range);
  assertEquals(take(), ["a 1/0/0 draft", "a 1/1/0 draft"]);
  await come("a 1/0/0 draft", 1);
  loader.want(range);
  assertEquals([take(), loader.isIdle], [[], false]);
  await come("a 1/1/0 draft", 1);
  loader.want(range);
  assertEquals(take(), ["a 1/0/0", "a 1/1/0"]);
  await come("a 1/0/0");
  await come("a 1/1/0");
  loader.want(range);
  assertEquals([take(), loader.isIdle], [[], true]);
});

Deno.test("TileLoader remembers why a tile did not come, until it is asked to try again", async () => {
  const { loader, take, answers } = makeLoader();
  loader.setPlane(PLANE);
  const range = { level: 0, fromX: 0, toX: 0, fromY: 0, toY: 0, nearX: 0, nearY: 0 };
  loader.want(range);
  answers.get(take()[0]!)!.reject(new Error("damaged at byte 9"));
  for (let i = 0; i < 5; i++) await Promise.resolve();
  assertEquals(loader.failureOf({ level: 0, x: 0, y: 0 }), "damaged at byte 9");
  loader.want(range);
  assertEquals([take(), loader.isIdle], [[], true]);
  loader.retry();
  loader.want(range);
  assertEquals(take(), ["a 0/0/0"]);
  loader.close();
});
