// What a recipient gets to see: a copy of an item, and the sharer's own word on the share. Before it is opened, who
// shares and until when is only the daemon's word.

import { type Bytes } from "../bytes.ts";
import { refuse } from "../error.ts";
import { contents, MOST_BYTES } from "../item/contents.ts";
import { number, object, orNull, read, type Shape, string, write } from "../json.ts";
import { pad, unpad } from "../padding.ts";
import type { Snapshot } from "../types.ts";

export type { Snapshot };

/** How much longer than contents a snapshot's JSON text may be, in bytes. */
const MOST_AROUND = 4096;

const snapshot: Shape<Snapshot> = object({
  sharer: string,
  starts_ms: number,
  expires_ms: number,
  views: orNull(number),
  contents,
});

/** The padded JSON text, ready to be sealed. */
export function toPadded(value: Snapshot): Bytes {
  const text = write(value, snapshot);
  check(value, text);
  return pad(text);
}

/** Reads what `toPadded` wrote. */
export function fromPadded(padded: Bytes): Snapshot {
  const text = unpad(padded);
  const value = read(text, snapshot);
  check(value, text);
  return value;
}

/** What no honest client seals, no client opens. */
function check(value: Snapshot, text: Bytes): void {
  if (text.length > MOST_BYTES + MOST_AROUND) {
    refuse("too large");
  }
  if (value.starts_ms >= value.expires_ms || value.views === 0) {
    refuse("form");
  }
}
