import { assertEquals } from "@std/assert";
import {
  DEFAULT_STATE,
  readState,
  roundView,
  type ViewState,
  writeState,
} from "../../../../station/web/view/url_state.ts";

Deno.test("the state of a viewer stands in its address, and comes back from there", () => {
  const cases: [Partial<ViewState>, string][] = [
    [{}, ""],
    [{ hdu: "SCI,2", plane: [3, 1] }, "?hdu=SCI,2&plane=3"],
    [{ plane: [1, 2] }, "?plane=1,2"],
    [{ plane: [1, 1] }, ""],
    [{ x: 12.5, y: -3, zoom: 0.25 }, "?x=12.5&y=-3&zoom=0.25"],
    [{ rotate: 90, flip: "xy" }, "?rotate=90&flip=xy"],
    [{ flip: "" }, "?flip="],
    [
      { stretch: "asinh", limits: "percentile:99.5", colormap: "aia171", invert: true },
      "?stretch=asinh&limits=percentile:99.5&colormap=aia171&invert=1",
    ],
    [{ stretch: "power:2.5" }, "?stretch=power:2.5"],
    [{ missing: "00ff7f" }, "?missing=00ff7f"],
    [{ limits: "-1e-7,2.5", scope: "file" }, "?limits=-1e-7,2.5&scope=file"],
    [{ bias: 0.25, contrast: 0, smooth: true }, "?bias=0.25&contrast=0&smooth=1"],
    [{ sky: "galactic", coords: "deg", panel: "header" }, "?sky=galactic&coords=deg&panel=header"],
    [{ cursor: [12, 40.5] }, "#cursor=12,40.5"],
    [{ others: [["url", "s3://a/b c.fits"], ["layout", ""]] }, "?url=s3://a/b%20c.fits&layout="],
    [{ grid: true, panel: "regions" }, "?panel=regions&grid=1"],
    [{ compass: false }, "?compass=0"],
    [
      { cursor: [1, 2], regions: "fk5;circle(1,+2,3) # text={a & b}" },
      "#cursor=1,2&regions=fk5%3Bcircle(1,%2B2,3)%20%23%20text%3D%7Ba%20%26%20b%7D",
    ],
    [{ hdu: "A&B=<x>" }, "?hdu=A%26B%3D%3Cx%3E"],
  ];
  for (const [part, address] of cases) {
    const state = { ...DEFAULT_STATE, ...part };
    assertEquals(writeState(state), address);
    const [query, fragment] = address.split("#");
    const plain = { ...state, plane: state.plane.filter((plane) => plane !== 1 || address !== "") };
    const read = readState(query!, fragment);
    assertEquals(writeState(read.state), address);
    assertEquals(read.wrong, []);
    if (part.plane === undefined) assertEquals(read.state, plain);
  }
});

Deno.test("readState() leaves out what it cannot read, and says so", () => {
  const wrong = [
    ...[
      "stretch=strech",
      "stretch=power",
      "missing=red",
      "missing=#ff0000",
      "stretch=power:21",
      "colormap=",
      "limits=1",
      "limits=a,b",
      "limits=percentile:101",
    ],
    ...["plane=0", "plane=1.5", "plane=", "invert=yes", "bias=2", "contrast=-1", "zoom=0"],
    ...["zoom=65", "x=", "x=Infinity", "rotate=400", "flip=z", "sky=fk4", "panel=x"],
  ];
  for (const parameter of wrong) {
    const read = readState(`?${parameter}`, "#cursor=1");
    assertEquals(read, { state: DEFAULT_STATE, wrong: [parameter] });
  }
  assertEquals(readState("?x=1&y=2").state, DEFAULT_STATE);
  assertEquals(readState("?__proto__=1&constructor=2").state.others, [["__proto__", "1"], [
    "constructor",
    "2",
  ]]);
});

Deno.test("readState() reads regions that somebody typed, with a plus before a declination", () => {
  const { state } = readState("", "#regions=icrs;circle(5:34:31,+22:00:52,3)");
  assertEquals(state.regions, "icrs;circle(5:34:31,+22:00:52,3)");
  assertEquals(readState("", "#regions=").state, DEFAULT_STATE);
  assertEquals(readState("", `#regions=${"x".repeat((1 << 20) + 1)}`).state, DEFAULT_STATE);
});

Deno.test("roundView() has no more digits than the screen shows", () => {
  const round = (x: number, zoom: number) => {
    const view = roundView({ x, y: x, zoom });
    return [view.x, view.zoom];
  };
  assertEquals(round(2048.5123456, 0.19531251), [2048.51, 0.195313]);
  assertEquals(round(2048.5123456, 64), [2048.5123, 64]);
  assertEquals(round(100_000.56789, 0.0078125), [100_001, 0.0078125]);
});
