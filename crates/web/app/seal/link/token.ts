// The access token, which travels apart from the link.

import { type Bytes } from "../bytes.ts";
import { readCode } from "../code.ts";
import { random } from "../random.ts";

const LENGTH = 10;

/** Reads a token as somebody typed it. It is refused as "length" or "character", and then was never worth sending. */
export function readToken(text: string): Bytes {
  return readCode(text, LENGTH);
}

/** Draws a token. */
export function freshToken(): Bytes {
  return random(LENGTH);
}
