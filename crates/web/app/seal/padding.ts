// Padding to a multiple of 256 bytes, because GCM would show how long a password is. Each text has exactly one padded
// form: `u32be(length) || data || zeros`

import { type Bytes, readU32be, u32be } from "./bytes.ts";
import { refuse } from "./error.ts";

const BLOCK = 256;

/** Pads to the next multiple of 256 bytes. */
export function pad(data: Bytes): Bytes {
  const out = new Uint8Array(whole(data.length));
  out.set(u32be(data.length));
  out.set(data, 4);
  return out;
}

/** Takes the padding off again. What comes back is a view: wiping the padded bytes wipes it too. */
export function unpad(padded: Bytes): Bytes {
  const length = padded.length < 4 ? refuse("padding") : readU32be(padded);
  const right = whole(length) === padded.length && padded.subarray(4 + length).every((byte) => byte === 0);
  return right ? padded.subarray(4, 4 + length) : refuse("padding");
}

function whole(length: number): number {
  return Math.ceil((length + 4) / BLOCK) * BLOCK;
}
