/** URLs on their way to a person, a log or a file: without what opens anything. */

/**
 * Parameters that make a URL a key: of presigned ones of S3 (both versions of its signature),
 * of Google's and Azure's stores, and of CloudFront.
 */
const SIGNED_QUERY =
  /[?&](?:(?:x-amz|x-goog)-(?:signature|credential|security-token)|awsaccesskeyid|key-pair-id|signature|sig)=/i;

/** What a signature brings along, and other parameters that may open something. */
const HIDDEN_PARAMETER =
  /^(?:x-(?:amz|goog)-.*|awsaccesskeyid|key-pair-id|policy|signature|expires|s(?:ig|e|p|v|r|t|i|ip|pr|k[a-z]*)|.*(?:token|secret|password|auth).*)$/i;

/**
 * A URL without user and password, as it may be shown and written down.
 *
 * @param url The URL.
 */
export function withoutCredentials(url: URL): URL {
  // One look, which suffices nearly always, takes half the time of two.
  if (!url.href.includes("@") || (url.username === "" && url.password === "")) return url;
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}

/**
 * The text of a URL as it may be shown and written down: without user and password, `...` in
 * place of what signs a query, and the key of an object as it is written.
 *
 * @param url The URL.
 */
export function shownUrl(url: URL): string {
  if (url.protocol === "s3:") return `s3://${url.hostname}/${keyOfUrl(url)}`;
  const { href, search } = withoutCredentials(url);
  if (search === "" || !SIGNED_QUERY.test(search)) return href;
  const kept = search.slice(1).split("&")
    .filter((parameter) => !HIDDEN_PARAMETER.test(parameter.replace(/=.*$/s, "")));
  return `${href.slice(0, href.indexOf("?"))}?${[...kept, "..."].join("&")}${url.hash}`;
}

/**
 * The key of an object in a URL of the scheme s3, decoded: no query and no fragment, both belong
 * to it.
 *
 * @param url The URL.
 */
export function keyOfUrl(url: URL): string {
  const text = (url.pathname + url.search + url.hash).replace(/^\//, "");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
