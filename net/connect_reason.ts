/** What the platform says of a connection that was not made, and what a person makes of it. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/lookup address/, "there is no host of this name"],
  [/InvalidContentType|unexpected end of file/, "the server does not answer in TLS"],
  [/UnknownIssuer|CaUsedAsEndEntity/, "its certificate is of no authority that is trusted here"],
  [/NotValidForName/, "its certificate is for another name"],
  [/certificate expired/i, "its certificate has expired"],
  [/certificate not valid yet/i, "its certificate is not valid yet"],
  [/os error (24|23)\)$/, "too many files are open"],
  [/unreachable/i, "there is no way to this host"],
];

/**
 * Why a connection was not made, for a message.
 *
 * @param error What the platform threw.
 */
export function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.ConnectionRefused) {
    return "the connection was refused; is a server running there?";
  }
  const known = REASONS.find(([pattern]) => pattern.test(error.message));
  return known === undefined ? error.message : known[1];
}
