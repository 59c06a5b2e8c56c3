/** Where the objects of a bucket are: the host, and the path of a request to it. */

import { HeliographError } from "../../net/errors.ts";
import { encodedKey, type S3Object } from "../fields/s3_url.ts";

/** A name that may be the first part of a host's: with a dot, no certificate would fit. */
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** Regions as AWS and other stores call them: nothing that could become another host. */
const REGION = /^[a-z0-9][a-z0-9-]{0,62}$/i;

/** Whether a text may be the name of a region. */
export function isRegion(text: string): boolean {
  return REGION.test(text);
}

/**
 * The URL that a request for an object goes to.
 *
 * @param object Bucket and key; an empty key is the bucket itself.
 * @param region The region, part of the host at AWS.
 * @param endpoint A store of its own; without it, AWS.
 */
export function addressOf(
  { bucket, key }: S3Object,
  region: string,
  endpoint: URL | undefined,
): URL {
  const path = encodedKey(key);
  if (endpoint !== undefined) {
    const base = endpoint.pathname.replace(/\/+$/, "");
    return new URL(`${endpoint.origin}${base}/${bucket}/${path}`);
  }
  const host = `s3.${region}.${region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"}`;
  return HOST_LABEL.test(bucket)
    ? new URL(`https://${bucket}.${host}/${path}`)
    : new URL(`https://${host}/${bucket}/${path}`);
}

/**
 * Reads the URL of a store.
 *
 * @param text The URL.
 * @param from Where it stands, for the message.
 * @throws {HeliographError} If it is none of http or https, or has more than a path.
 */
export function parseEndpoint(text: string | URL, from: string): URL {
  const url = URL.parse(text);
  if (
    url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" &&
    url.search === "" && url.hash === ""
  ) return url;
  // What stands there may hold a password: it is not shown.
  throw new HeliographError(
    `Cannot use the endpoint of ${from}: it is no URL such as https://HOST:PORT, ` +
      "without user, password and query",
  );
}

/**
 * Whether a redirect may be signed again for its new host: only from AWS to AWS, encrypted. Any
 * other host sees no key's name and no token.
 *
 * @param from The URL that redirects.
 * @param to Where it leads.
 */
export function isSameStore(from: URL, to: URL): boolean {
  return from.origin === to.origin || (isAws(from) && isAws(to));
}

/** Hosts of S3 itself: anyone may have a machine or a balancer below amazonaws.com. */
const AWS_HOST =
  /^(?:[a-z0-9.-]+\.)?s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d{1,2})?\.amazonaws\.com(?:\.cn)?$/;

function isAws(url: URL): boolean {
  return url.protocol === "https:" && url.port === "" && AWS_HOST.test(url.hostname);
}
