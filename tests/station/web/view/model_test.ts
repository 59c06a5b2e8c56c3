import { assertEquals } from "@std/assert";
import { CardList } from "../../../../station/web/source/card_list.ts";
import {
  ChangedError,
  type HduInfo,
  type PictureSource,
} from "../../../../station/web/source/picture_source.ts";
import { ViewerModel } from "../../../../station/web/view/model.ts";
import { DEFAULT_STATE, type ViewState } from "../../../../station/web/view/url_state.ts";

const HDU: HduInfo = {
  ...{ index: 0, name: "", version: 1, kind: "PRIMARY", shape: [9, 9], bitpix: 16, unit: "" },
  ...{ validator: "v0", planes: 1, levels: 1, pyramid: "none" },
};

/** A model of three HDUs, and what its source is asked. */
function modelOf(state: Partial<ViewState> = {}, answers: Partial<PictureSource> = {}) {
  const asked: string[] = [];
  const problems: string[] = [];
  const note = (words: string) => void asked.push(words);
  const hdus = [
    HDU,
    { ...HDU, index: 1, shape: [9, 9, 4], planes: 4, validator: "v1" },
    { ...HDU, index: 2, kind: "BINTABLE", rows: 3, levels: 0, validator: "v2" },
  ];
  const source: PictureSource = {
    links: { file: undefined, argument: "a.fits" },
    mostTiles: 2,
    info: () => (note("info"), Promise.resolve({ name: "a", bytes: 1, validator: "v", hdus })),
    header: ({ index }) => (note(`header ${index}`), Promise.resolve(new CardList([]))),
    limits: ({ index }, plane, { limits }) => {
      note(`limits ${index} ${plane} ${limits}`);
      return Promise.resolve({ low: index, high: 10 + plane.length, exact: true });
    },
    histogram: ({ index }, plane, { bins, range }) => {
      note(`histogram ${index} ${plane} ${bins} ${range}`);
      const counts = new Array(bins).fill(1);
      const rest = { below: 0, above: 0, missing: 0, exact: true };
      return Promise.resolve({ low: 0, high: 1, counts, ...rest });
    },
    tile: () => Promise.reject(new Error("not asked for")),
    values: () => Promise.reject(new Error("not asked for")),
    rows: () => Promise.reject(new Error("not asked for")),
    cutoutUrl: () => undefined,
    close: () => note("close"),
    ...answers,
  };
  let time = 0;
  const model = new ViewerModel(source, { ...DEFAULT_STATE, ...state }, {
    now: () => time += 1000,
    onProblem: (words) => problems.push(words),
  });
  return { model, asked, problems };
}

/** Lets all that is answered at once be taken. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("ViewerModel opens the HDU of the state, reads its header and finds the limits once", async () => {
  const { model, asked } = modelOf({ hdu: "1", plane: [9] });
  await model.open();
  await settle();
  assertEquals(model.plane, [4]);
  model.change({ colormap: "heat", x: 1 });
  await settle();
  assertEquals(asked, ["info", "header 1", "limits 1 4 zscale"]);
  assertEquals(model.limits.value, { low: 1, high: 11, exact: true });
  model.change({ plane: [2] });
  model.change({ limits: "minmax" });
  model.change({ limits: "-5,7" });
  await settle();
  assertEquals(asked.slice(3), ["limits 1 2 zscale", "limits 1 2 minmax"]);
  assertEquals(model.limits.value, { low: -5, high: 7, exact: true });
});

Deno.test("ViewerModel turns to another HDU at its whole, and asks nothing of a table's pixels", async () => {
  const { model, asked } = modelOf({ limits: "1,2", x: 3, y: 3, zoom: 2, plane: [2] });
  await model.open();
  model.showHdu(1);
  await settle();
  const { hdu, x, plane, limits } = model.state.value;
  assertEquals({ hdu, x, plane, limits }, { hdu: "1", x: undefined, plane: [], limits: "zscale" });
  assertEquals(model.lastChange, "push");
  model.showHdu(2);
  model.showHdu(7);
  await settle();
  assertEquals(asked, ["info", "header 0", "header 1", "limits 1 1 zscale", "header 2"]);
  assertEquals([model.hdu.value?.index, model.limits.value], [2, undefined]);
});

Deno.test("ViewerModel counts for the histogram when it is looked at, and equalizes between the limits", async () => {
  const { model, asked } = modelOf({ stretch: "histeq" });
  await model.open();
  await settle();
  assertEquals(asked.slice(2), ["limits 0  zscale", "histogram 0  65536 0,10"]);
  assertEquals(model.histogram.value, undefined);
  model.wantHistogram();
  await settle();
  assertEquals(asked.at(-1), "histogram 0  1024 undefined");
  assertEquals(model.histogram.value?.counts.length, 1024);
});

Deno.test("ViewerModel takes back what changes the picture, and nothing else", async () => {
  const { model } = modelOf();
  await model.open();
  model.change({ colormap: "heat" });
  model.change({ panel: "header" });
  model.change({ invert: true });
  model.undo();
  assertEquals(model.state.value.invert, false);
  model.undo();
  assertEquals(model.state.value.colormap, "gray");
  model.undo();
  model.redo();
  model.redo();
  assertEquals([model.state.value.colormap, model.state.value.invert], ["heat", true]);
});

Deno.test("ViewerModel reads a file anew that has changed, and tells what else goes wrong", async () => {
  let changed = true;
  const { model, asked, problems } = modelOf({}, {
    limits: () => {
      if (!changed) return Promise.reject(new Error("HDU 0 cannot be read"));
      changed = false;
      return Promise.reject(new ChangedError("another version"));
    },
  });
  await model.open();
  await settle();
  assertEquals(asked, ["info", "header 0", "info", "header 0"]);
  assertEquals(problems, ["HDU 0 cannot be read"]);
  const wrong = modelOf({ hdu: "NONE" });
  await wrong.model.open();
  assertEquals(wrong.problems, ["There is no HDU 'NONE' in a"]);
  assertEquals(wrong.model.hdu.value?.index, 0);
  wrong.model.close();
  assertEquals(wrong.asked.at(-1), "close");
});

Deno.test("ViewerModel shows the newest HDU when it has come, where that is wanted", async () => {
  let count = 1;
  let growing = false;
  const info = () =>
    Promise.resolve({
      ...{ name: "a", bytes: 1, validator: `v${count}`, growing },
      hdus: Array.from(
        { length: count },
        (_, index) => ({ ...HDU, index, validator: `v${index}` }),
      ),
    });
  const { model } = modelOf({}, { info });
  await model.open();
  const refresh = async (hdus: number, isGrowing = false) => {
    [count, growing] = [hdus, isGrowing];
    await model.refresh();
    await settle();
    return model.hdu.value?.index;
  };
  assertEquals(await refresh(2), 0);
  model.followsNewest = true;
  assertEquals(await refresh(2), 0);
  // One that is being written is shown when it is whole.
  assertEquals(await refresh(3, true), 0);
  assertEquals(await refresh(3), 2);
  assertEquals(await refresh(3), 2);
  assertEquals(await refresh(5), 4);
});
