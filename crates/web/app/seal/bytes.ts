// Byte strings: joining, numbers, comparison. Bytes are always a view of memory that nobody else shares.

/** What WebCrypto takes and gives. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** `a || b || ...` */
export function concat(...parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** A number as four bytes, big-endian. */
export function u32be(number: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, number);
  return out;
}

/** A number as eight bytes, big-endian. */
export function u64be(number: number): Bytes {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(number));
  return out;
}

/** Reads four bytes, big-endian, from `at` on; the caller has seen to it that they are there. */
export function readU32be(bytes: Bytes, at = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}

/** Compares without telling by its time where the first difference is. Lengths are no secret. */
export function equal(a: Bytes, b: Bytes): boolean {
  let different = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) {
    different |= (a[at] ?? 0) ^ (b[at] ?? 0);
  }
  return different === 0;
}

/** Overwrites secrets that are no longer needed. Copies that the browser made are out of reach. */
export function wipe(...secrets: readonly Bytes[]): void {
  for (const secret of secrets) {
    secret.fill(0);
  }
}

/** SHA-256. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
