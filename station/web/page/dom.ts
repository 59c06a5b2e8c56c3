/**
 * The one builder of elements: text stays text. What a file says (names, cards, units) becomes
 * text nodes and plain attributes, never markup, a script or a style.
 *
 * @module
 */

/** What an element holds: other elements, text, or nothing. */
export type Child = Node | string | number | false | undefined;

/** What an attribute is: text, a switch, or what an event calls. */
export type Attribute = string | number | boolean | undefined | ((event: never) => void);

/** Schemes that a link may have. */
const SAFE_LINK = /^(?:https?:|blob:|[/?#.]|[\w%-]+(?:[/?#]|$))/i;
const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element.
 *
 * @param tag Its name.
 * @param attributes Attributes by name; `false` and `undefined` leave one out, `true` has no
 * value, and a function under `onNAME` listens to the event NAME.
 * @param children What it holds, in order.
 * @returns The element.
 * @throws {TypeError} If an attribute would run or load something: a handler as text, a style, a
 * link with another scheme.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an element of SVG, as {@linkcode h} makes one of HTML. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill<E extends Element>(
  element: E,
  attributes: Readonly<Record<string, Attribute>>,
  children: readonly Child[],
): E {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...nodes(children));
  return element;
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.filter((child) => child !== false && child !== undefined)
    .map((child) => typeof child === "number" ? String(child) : child as Node | string);
}

function setAttribute(element: Element, name: string, value: Attribute): void {
  if (value === undefined || value === false) return;
  if (typeof value === "function") {
    element.addEventListener(name.replace(/^on/, ""), value as unknown as EventListener);
    return;
  }
  if (/^on|^style$|^srcdoc$/i.test(name)) throw new TypeError(`${name} cannot be text`);
  if (/^(?:href|src|action|formaction)$/i.test(name) && !SAFE_LINK.test(String(value))) {
    throw new TypeError(`${name} cannot be '${String(value).slice(0, 40)}'`);
  }
  element.setAttribute(name, value === true ? "" : String(value));
}

/** Puts other children into an element; what was there is gone. */
export function fillWith(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodes(children));
}

/** Writes a text where it changed, so that nothing is laid out again for the same words. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
