// One encoding for associated data, derivation info and signed text. Two different meanings never share an encoding:
// `ctx(kind, f...) = "postern/1/" || kind || 0x00 || (u32be(len f) || f)...`

import { type Bytes, concat, equal, readU32be, u32be, utf8 } from "./bytes.ts";
import { refuse } from "./error.ts";

/** Encodes a kind and its fields. Ids are their sixteen bytes, numbers are eight bytes, big-endian. */
export function ctx(kind: string, ...fields: readonly Bytes[]): Bytes {
  return concat(head(kind), ...fields.flatMap((field) => [u32be(field.length), field]));
}

/** Takes an encoding of exactly this kind with exactly so many fields apart. */
export function fields(kind: string, bytes: Bytes, count: number): readonly Bytes[] {
  const start = head(kind);
  let rest = equal(bytes.subarray(0, start.length), start) ? bytes.subarray(start.length) : refuse("form");
  const out: Bytes[] = [];
  while (out.length < count) {
    const length = rest.length < 4 ? refuse("length") : readU32be(rest);
    const after = rest.subarray(4);
    out.push(length <= after.length ? after.subarray(0, length) : refuse("length"));
    rest = after.subarray(length);
  }
  return rest.length === 0 ? out : refuse("length");
}

/** Reads a number field. Numbers beyond 2^53 - 1, which no client ever counts to, are refused. */
export function number(field: Bytes): number {
  const whole = exactly(field, 8);
  const read = Number(new DataView(whole.buffer, whole.byteOffset, 8).getBigUint64(0));
  return Number.isSafeInteger(read) ? read : refuse("form");
}

/** Reads a field of a fixed length: an id, a hash, a key. */
export function exactly(field: Bytes, length: number): Bytes {
  return field.length === length ? field : refuse("length");
}

function head(kind: string): Bytes {
  return utf8(`postern/1/${kind}\0`);
}
