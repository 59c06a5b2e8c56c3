/** What the platform says of a connection that was not made, and what a person makes of it. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/lookup address/, "there is no host of this name"],
  [/InvalidContentType|unexpected end of file/, "the server does not answer in TLS"],
  [/UnknownIssuer/, "its certificate is of no authority that is trusted here"],
  [
    /CaUsedAsEndEntity/,
    "its certificate is that of an authority (CA:TRUE), expected one of a server (CA:FALSE)",
  ],
  [/NotValidForName|not valid for name/, "its certificate is for another name"],
  [/Revoked/, "its certificate has been revoked"],
  [/alert: ProtocolVersion/, "the server speaks no TLS of version 1.2 or 1.3"],
  [/alert: CertificateRequired/, "the server wants a certificate of the client, who has none"],
  [
    /alert: HandshakeFailure/,
    "the server refuses the handshake: it offers no cipher of today, or wants a certificate of " +
    "the client",
  ],
  [/alert: Unrecogni[sz]edName/, "the server has no certificate for this name"],
  [/fatal alert/, "the server broke off the TLS connection"],
  [/certificate expired/i, "its certificate has expired"],
  [/certificate not valid yet/i, "its certificate is not valid yet"],
  [/invalid peer certificate/, "its certificate is not valid"],
  [/os error (24|23)\)$/, "too many files are open"],
  [/unreachable/i, "there is no way to this host"],
];

/** The names of a certificate that are shown. */
const MAX_NAMES = 5;

/** Whether what the platform threw is about TLS: it may come with the first answer, too. */
export function isTlsError(error: unknown): error is Error {
  return error instanceof Error && /fatal alert|peer certificate/.test(error.message);
}

/**
 * Why a connection was not made, for a message.
 *
 * @param error What the platform threw.
 */
export function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.ConnectionRefused) {
    return "the connection was refused; is a server running there?";
  }
  const { message } = error;
  const known = REASONS.find(([pattern]) => pattern.test(message));
  if (known === undefined) return message;
  const names = [...message.matchAll(/(?:DnsName|IpAddress)\("?([^")]{1,253})"?\)/g)];
  const listed = names.slice(0, MAX_NAMES).map(([, name]) => name).join(", ");
  return listed === "" || !known[1].includes("another name") ? known[1] : `${known[1]}: ${listed}`;
}
