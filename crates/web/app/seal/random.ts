// Randomness, from the platform alone. If it fails it throws, and nothing is sealed.

import { type Bytes } from "./bytes.ts";

/** So many random bytes. */
export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
