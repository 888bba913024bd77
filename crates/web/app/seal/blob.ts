// How every blob starts: with one version byte. Who receives a blob never chooses its version.

import { type Bytes } from "./bytes.ts";
import { refuse } from "./error.ts";

/** The one version that there is so far. */
export const VERSION: Bytes = Uint8Array.of(1);

/** Takes the version byte off. */
export function rest(blob: Bytes): Bytes {
  if (blob.length === 0) {
    return refuse("length");
  }
  return blob[0] === VERSION[0] ? blob.subarray(1) : refuse("version");
}
