/** The methods of the IANA registry, June 2025 (RFC 9110 section 16.1.1), and QUERY. */
const METHODS: readonly string[] = [
  "ACL",
  "BASELINE-CONTROL",
  "BIND",
  "CHECKIN",
  "CHECKOUT",
  "CONNECT",
  "COPY",
  "DELETE",
  "GET",
  "HEAD",
  "LABEL",
  "LINK",
  "LOCK",
  "MERGE",
  "MKACTIVITY",
  "MKCALENDAR",
  "MKCOL",
  "MKREDIRECTREF",
  "MKWORKSPACE",
  "MOVE",
  "OPTIONS",
  "ORDERPATCH",
  "PATCH",
  "POST",
  "PROPFIND",
  "PROPPATCH",
  "PUT",
  "QUERY",
  "REBIND",
  "REPORT",
  "SEARCH",
  "TRACE",
  "UNBIND",
  "UNCHECKOUT",
  "UNLINK",
  "UNLOCK",
  "UPDATE",
  "UPDATEREDIRECTREF",
  "VERSION-CONTROL",
];

/**
 * The methods that are known: for others a server answers 501, for these 405
 * where it does not allow them (RFC 9110 sections 15.5.6 and 15.6.2). Methods
 * are case-sensitive.
 */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);
