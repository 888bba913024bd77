// The attempt: what makes a reveal repeatable. The page draws it and stores it before it asks, so that an answer lost
// on the way can be asked for again without spending a second view.

import { type Bytes, concat, sha256 } from "../bytes.ts";
import { random } from "../random.ts";

/** Draws an attempt. */
export function freshAttempt(): Bytes {
  return random(32);
}

/** What the daemon stores. The link's id keeps attempts of different links apart. */
export async function attemptHash(attempt: Bytes, link: Bytes): Promise<Bytes> {
  return sha256(concat(link, attempt));
}
