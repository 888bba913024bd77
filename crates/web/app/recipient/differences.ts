// Where what the sharer sealed and what the daemon said before it was opened differ: somebody may have lied.

import type { Checked } from "../api/types.ts";
import type { Snapshot } from "../seal/link/snapshot.ts";
import type { Told } from "./page.ts";
import type { ShownScreen } from "./state.ts";

/** What was said by whom. */
export interface Words {
  /** Nothing where the daemon wasn't asked. */
  readonly checked: Checked | null;
  /** Whether an earlier opening was taken up again. */
  readonly again: boolean;
  readonly startsAt: number;
  readonly revealed: Told;
  readonly snapshot: Snapshot;
}

/** The differences. Views are compared at the first opening alone: later the sharer's number isn't what is left. */
export function differences({ checked, again, startsAt, revealed, snapshot }: Words): ShownScreen["differences"] {
  const first = checked !== null && !again && checked.openings.length === 0;
  const expiry = [revealed.expires_at, checked?.expires_at ?? revealed.expires_at];
  const different = {
    sharer: checked !== null && checked.sharer !== snapshot.sharer,
    start: startsAt !== snapshot.starts_ms,
    expiry: expiry.some((at) => at !== snapshot.expires_ms),
    views: first && checked.views_left !== snapshot.views,
  };
  return (["sharer", "start", "expiry", "views"] as const).filter((word) => different[word]);
}
