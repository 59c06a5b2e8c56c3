import { tagsWith } from "./html_tags.ts";
import { decodeEntities } from "./link_list.ts";

/** Links of one page beyond which nothing is read. */
const MAX_LINKS = 1_000_000;

/** Where pages name others, and what they show. */
const LINKS: Readonly<Record<string, string>> = {
  a: "href",
  area: "href",
  link: "href",
  frame: "src",
  iframe: "src",
  img: "src",
  script: "src",
  source: "src",
  audio: "src",
  video: "src",
  embed: "src",
  object: "data",
};

const WANTED: ReadonlySet<string> = new Set(["href", "src", "data", "name", "content"]);

/** What a page leads to. */
export interface PageLinks {
  /** The URLs over http and https in their order, each once, without fragments and users. */
  readonly urls: readonly URL[];
  /** Whether the page asks robots not to follow its links (`<meta name="robots">`). */
  readonly nofollow: boolean;
}

/**
 * Reads the links of a page, to whatever place.
 *
 * @param html The page.
 * @param url Where it is.
 */
export function parsePageLinks(html: string, url: URL): PageLinks {
  const texts: string[] = [];
  let base: URL | undefined;
  let nofollow = false;
  for (const { name, attributes } of tagsWith(html, WANTED)) {
    if (name === "meta" && /^robots$/i.test(attributes.name?.trim() ?? "")) {
      nofollow ||= /\b(nofollow|none)\b/i.test(attributes.content ?? "");
    }
    if (name === "base" && attributes.href !== undefined) {
      // The first one counts, for the links before it too.
      base ??= URL.parse(textOf(attributes.href), url.href) ?? undefined;
      continue;
    }
    const wanted = Object.hasOwn(LINKS, name) ? attributes[LINKS[name]!] : undefined;
    if (wanted !== undefined && texts.push(textOf(wanted)) >= MAX_LINKS) break;
  }
  const found = new Map<string, URL>();
  for (const text of texts) {
    const target = text === "" ? null : URL.parse(text, (base ?? url).href);
    if (target === null || !/^https?:$/.test(target.protocol)) continue;
    target.hash = target.username = target.password = "";
    if (!found.has(target.href)) found.set(target.href, target);
  }
  return { urls: [...found.values()], nofollow };
}

function textOf(value: string): string {
  return decodeEntities(value.trim());
}
