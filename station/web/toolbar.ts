/** The controls above the picture. */

import { COLORMAPS } from "../../fits/picture/colormap.ts";
import { exponentOf, readStretch, STRETCHES } from "../../fits/picture/stretch.ts";
import { choice, field, icon, iconButton } from "./page/controls.ts";
import { fillWith, h, setText } from "./page/dom.ts";
import { contentsOf, isPicture, titleOf } from "./view/choose_hdu.ts";
import type { Action } from "./view/keys.ts";
import type { PlayMode, ViewerModel } from "./view/model.ts";
import { briefText } from "./view/number_text.ts";
import type { ViewState } from "./view/url_state.ts";

/** The limits that can be chosen, in the order in which a key goes through them. */
export const LIMIT_CHOICES: readonly (readonly [limits: string, words: string])[] = [
  ["zscale", "zscale"],
  ["minmax", "min to max"],
  ["percentile:99.9", "99.9 %"],
  ["percentile:99.5", "99.5 %"],
  ["percentile:99", "99 %"],
  ["percentile:98", "98 %"],
  ["percentile:95", "95 %"],
  ["percentile:90", "90 %"],
];

/** Planes a second that can be chosen. */
const PLAY_RATES: readonly number[] = [1, 2, 4, 8, 15, 30];

/** The exponent of a power at first: faint things stay dark, bright ones are told apart. */
const FIRST_EXPONENT = 2.5;
const STRETCH_NAMES: Readonly<Record<string, string>> = {
  histeq: "equalize",
  square: "squared",
};

/** Makes the bar, and keeps it as the state is. */
export function toolbar(
  model: ViewerModel,
  act: (action: Action) => void,
  signal: AbortSignal,
): HTMLElement {
  const picture = h(
    "div",
    { class: "group of-picture" },
    limitsControls(model, signal),
    stretchControls(model, act, signal),
  );
  const compass = iconButton("compass", "Compass and scale bar (j)", () => act("compass"));
  const view = h(
    "div",
    { class: "group of-view" },
    iconButton("flipX", "Flip left and right (x)", () => act("flipX")),
    iconButton("flipY", "Flip top and bottom (y)", () => act("flipY")),
    iconButton("turn", "Turn by 90 degrees (q)", () => act("rotate")),
    iconButton("north", "North up (n)", () => act("northUp")),
    compass,
  );
  model.state.watch((state) => {
    compass.setAttribute("aria-pressed", String(state.compass));
  }, signal);
  model.hdu.watch((hdu) => {
    const isShown = hdu !== undefined && isPicture(hdu);
    for (const group of [picture, view]) group.hidden = !isShown;
  }, signal);
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Picture" },
    hduControl(model, act, signal),
    planeControls(model, act, signal),
    picture,
    view,
  );
}

function hduControl(
  model: ViewerModel,
  act: (action: Action) => void,
  signal: AbortSignal,
): HTMLElement {
  const { element, select } = choice("HDU", [], (value) => model.showHdu(Number(value)));
  const group = h(
    "div",
    { class: "group of-hdu" },
    iconButton("left", "HDU before (,)", () => act("hduBefore")),
    element,
    iconButton("right", "HDU after (.)", () => act("hduAfter")),
  );
  model.info.watch((info) => {
    const hdus = info?.hdus ?? [];
    fillWith(
      select,
      ...hdus.map((hdu) =>
        h("option", { value: hdu.index }, `${titleOf(hdu)}: ${contentsOf(hdu)}`.slice(0, 80))
      ),
    );
    group.hidden = hdus.length < 2;
  }, signal);
  model.hdu.watch((hdu) => {
    if (hdu !== undefined) select.value = String(hdu.index);
  }, signal);
  return group;
}

/** A slider for each axis after the second. */
function planeControls(
  model: ViewerModel,
  act: (action: Action) => void,
  signal: AbortSignal,
): HTMLElement {
  const group = h("div", { class: "group of-plane" });
  const refresh = () => {
    const lengths = model.hdu.value?.shape.slice(2) ?? [];
    const sliders = [...group.querySelectorAll("input")];
    for (const [axis, input] of sliders.entries()) {
      const place = model.plane[axis] ?? 1;
      if (Number(input.value) !== place) input.value = String(place);
      setText(input.nextElementSibling!, `${place} / ${lengths[axis]}`);
    }
  };
  model.hdu.watch((hdu) => {
    const lengths = hdu !== undefined && isPicture(hdu) ? hdu.shape.slice(2) : [];
    group.hidden = lengths.every((length) => length < 2);
    fillWith(
      group,
      ...lengths.map((length, axis) =>
        field(
          `Axis ${axis + 3}`,
          h("input", {
            type: "range",
            min: 1,
            max: length,
            value: 1,
            oninput: (event: Event) => {
              const plane = [...model.plane];
              plane[axis] = Number((event.target as HTMLInputElement).value);
              model.change({ plane });
            },
          }),
          h("output", { "aria-live": "off" }, `1 / ${length}`),
        )
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon-button play",
          "aria-label": "Play the planes (space)",
          title: "Play the planes (space)",
          onclick: () => act("play"),
        },
        icon("play"),
      ),
      playControls(model),
    );
    refresh();
  }, signal);
  model.state.watch(refresh, signal);
  return group;
}

/** How fast planes are played, and which way. */
function playControls(model: ViewerModel): HTMLElement {
  const { playing } = model;
  const rates = choice(
    "A second",
    PLAY_RATES.map((rate) => [`${rate}`, `${rate}`] as const),
    (rate) => playing.value = { ...playing.value, rate: Number(rate) },
  );
  const ways = choice(
    "Way",
    [["forward", "forward"], ["back", "back"], ["bounce", "back and forth"]],
    (way) => playing.value = { ...playing.value, way: way as PlayMode["way"] },
  );
  rates.select.value = `${playing.value.rate}`;
  ways.select.value = playing.value.way;
  return h("div", { class: "group of-play" }, rates.element, ways.element);
}

function limitsControls(model: ViewerModel, signal: AbortSignal): HTMLElement {
  const own = ["", "typed"] as const;
  const { element, select } = choice("Limits", [...LIMIT_CHOICES, own], (limits) => {
    if (limits !== "") model.change({ limits });
  });
  const type = (which: "low" | "high", input: HTMLInputElement) => {
    const limits = model.limits.value;
    const value = Number(input.value.replace("\u2212", "-"));
    if (limits === undefined || input.value.trim() === "" || !Number.isFinite(value)) {
      input.setCustomValidity("A number is expected");
      input.reportValidity();
      return;
    }
    input.setCustomValidity("");
    const [low, high] = which === "low" ? [value, limits.high] : [limits.low, value];
    model.change({ limits: `${low},${high}` });
  };
  const inputs = (["low", "high"] as const).map((which) => {
    const input: HTMLInputElement = h("input", {
      type: "text",
      inputmode: "decimal",
      size: 8,
      onchange: () => type(which, input),
    });
    return input;
  });
  const scope = h("input", {
    type: "checkbox",
    onchange: () => model.change({ scope: scope.checked ? "file" : "plane" }),
  });
  const scopeField = h("label", { class: "check" }, scope, "all planes");
  model.limits.watch((limits) => {
    for (const [i, which] of (["low", "high"] as const).entries()) {
      const input = inputs[i]!;
      if (document.activeElement !== input) {
        input.value = limits === undefined ? "" : briefText(limits[which]);
      }
    }
  }, signal);
  model.state.watch(({ limits, scope: of }) => {
    select.value = LIMIT_CHOICES.some(([name]) => name === limits) ? limits : "";
    scope.checked = of === "file";
  }, signal);
  model.hdu.watch((hdu) => {
    scopeField.hidden = (hdu?.planes ?? 0) < 2;
  }, signal);
  return h(
    "div",
    { class: "group" },
    element,
    field("Low", inputs[0]),
    field("High", inputs[1]),
    scopeField,
  );
}

function stretchControls(
  model: ViewerModel,
  act: (action: Action) => void,
  signal: AbortSignal,
): HTMLElement {
  const exponent: HTMLInputElement = h("input", {
    type: "text",
    inputmode: "decimal",
    size: 4,
    value: String(FIRST_EXPONENT),
    onchange: () => setPower(),
  });
  const setPower = () => {
    const power = readStretch(`power:${exponent.value.trim()}`);
    exponent.setCustomValidity(power === undefined ? "A number from 0.05 to 20 is expected" : "");
    if (power === undefined) exponent.reportValidity();
    else model.change({ stretch: power });
  };
  const exponentField = field("Exponent", exponent);
  const stretch = choice(
    "Stretch",
    [...STRETCHES.map((name) => [name, STRETCH_NAMES[name] ?? name] as const), ["power", "power"]],
    (value) => {
      const plain = readStretch(value);
      if (plain !== undefined) return model.change({ stretch: plain });
      // What was typed last and is no exponent would leave the choice without effect.
      if (readStretch(`power:${exponent.value.trim()}`) === undefined) {
        exponent.value = String(FIRST_EXPONENT);
      }
      setPower();
    },
  );
  const colors = choice(
    "Colours",
    COLORMAPS.map((name) => [name, name]),
    (value) => model.change({ colormap: value as ViewState["colormap"] }),
  );
  const invert = iconButton("invert", "Invert the colours (i)", () => act("invert"));
  const reset = iconButton("reset", "Reset bias and contrast (r)", () => act("resetContrast"));
  model.state.watch((state) => {
    const power = exponentOf(state.stretch);
    stretch.select.value = power === undefined ? state.stretch : "power";
    exponentField.hidden = power === undefined;
    if (power !== undefined && document.activeElement !== exponent) {
      exponent.value = String(power);
      exponent.setCustomValidity("");
    }
    colors.select.value = state.colormap;
    invert.setAttribute("aria-pressed", String(state.invert));
    reset.disabled = state.bias === 0.5 && state.contrast === 1;
  }, signal);
  return h(
    "div",
    { class: "group" },
    stretch.element,
    exponentField,
    colors.element,
    invert,
    reset,
  );
}
