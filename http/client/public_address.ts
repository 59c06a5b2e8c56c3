/** Which addresses are those of machines that everybody reaches (IANA's registries, RFC 6890). */

/** Ranges of IPv4 that are private, local or for other uses, as first address and bits. */
const SPECIAL_V4: readonly (readonly [first: string, bits: number])[] = [
  ...[["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8]] as const,
  ...[["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.0.2.0", 24]] as const,
  ...[["192.88.99.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15]] as const,
  ...[["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 3]] as const,
];

/**
 * Whether an address is one of the public Internet: no private, loopback, link-local, shared,
 * reserved or multicast one, nor an address of IPv6 that leads to such a one of IPv4.
 *
 * @param address The address, IPv6 without brackets.
 * @returns `false` too for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== undefined) return isPublicV4(v4);
  const groups = parseV6(address);
  if (groups === undefined) return false;
  const [a, b, c] = groups as [number, number, number];
  const last = (groups[6]! * 0x10000 + groups[7]!) >>> 0;
  // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an address of IPv4.
  const isNat64 = a === 0x64 && b === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  if (isNat64) return isPublicV4(last);
  if (a === 0x2002) return isPublicV4((b * 0x10000 + c) >>> 0);
  // Of all others only 2000::/3 is given to machines, but for these parts of it.
  if (a >> 13 !== 1) return false;
  if (a === 0x2001 && (b < 0x200 || b === 0xdb8)) return false;
  return !(a === 0x3fff && b < 0x1000);
}

function isPublicV4(value: number): boolean {
  return !SPECIAL_V4.some(([first, bits]) =>
    value >>> (32 - bits) === parseV4(first)! >>> (32 - bits)
  );
}

function parseV4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((value, part) => value * 256 + part, 0);
}

/** The eight groups of an address of IPv6. */
function parseV6(text: string): number[] | undefined {
  let address = text.replace(/%.*$/, "");
  const tail = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (tail !== null) {
    const v4 = parseV4(tail[1]!);
    if (v4 === undefined) return undefined;
    const pair = `${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
    address = address.slice(0, -tail[1]!.length) + pair;
  }
  const halves = address.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => half === "" ? [] : half.split(":"));
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined;
  const [before, after = []] = groups;
  const all = [...before!, ...Array(8 - count).fill("0") as string[], ...after];
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return all.map((group) => parseInt(group, 16));
}
