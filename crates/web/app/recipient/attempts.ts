// The attempts that make a reveal repeatable, kept in the browser's storage under their link's id: written and read
// back before a reveal is sent, so that neither a lost answer nor a crash nor a second tab spends a second view.
//
// Nothing throws but `begin`: where no attempt can be kept, nothing may be spent.

import { freshAttempt } from "../seal/link/attempt.ts";
import { decode, encode } from "../seal/text.ts";

/** An opening that can be taken up again. Times are the daemon's. */
export interface Pending {
  /** Until when taking it up surely costs no view: ten minutes after it was first asked for, or as the daemon said. */
  readonly freeUntil: number;
  /** Until when it may cost none, because its last request may have been the first to arrive. It is forgotten then. */
  readonly keptUntil: number;
}

/** The attempts of all links. */
export interface Attempts {
  /** The attempt to send: a kept one, or a fresh one that is kept by now. Throws where none can be kept. */
  readonly begin: (link: string) => Promise<{ readonly attempt: string; readonly fresh: boolean }>;
  /** The daemon answered, and says until when it would again. */
  readonly answered: (link: string, retryUntil: number) => void;
  readonly pending: (link: string) => Pending | null;
  readonly drop: (link: string) => void;
  /** Forgets what is too old, of all links. For when the daemon's time is known. */
  readonly sweep: () => void;
}

/** For how long the daemon gives the same attempt the same answer. */
export const RETRY_MS = 600_000;
const PREFIX = "postern/attempt/";
/** By how much two clocks of the daemon's may differ before a kept time is nonsense. */
const SLACK_MS = 60_000;

interface Kept extends Pending {
  readonly attempt: string;
}

/** What is kept in `storage`, if there is one. Tabs that begin at once wait for each other, where there are locks. */
export function keepAttempts(
  storage: Storage | null,
  now: () => number,
  locks: Pick<LockManager, "request"> | undefined,
): Attempts {
  /** Removes nothing: until the daemon was heard, the time may be the machine's own, and wrong. */
  function read(key: string): Kept | null {
    try {
      const kept = JSON.parse(storage?.getItem(key) ?? "null") as Kept | null;
      if (kept === null) {
        return null;
      }
      const { attempt, freeUntil, keptUntil } = kept;
      decode(attempt, 32);
      const lives = now() < keptUntil && freeUntil <= keptUntil && keptUntil <= now() + RETRY_MS + SLACK_MS;
      return lives ? { attempt, freeUntil, keptUntil } : null;
    } catch {
      return null;
    }
  }

  function write(key: string, kept: Kept): void {
    const text = JSON.stringify(kept);
    storage?.setItem(key, text);
    if (storage?.getItem(key) !== text) {
      throw new Error("the browser keeps nothing");
    }
  }

  function remove(key: string): void {
    try {
      storage?.removeItem(key);
    } catch {
      // What can't be removed ends with its time.
    }
  }

  function readOrMake(key: string): { attempt: string; fresh: boolean } {
    const kept = read(key);
    const until = now() + RETRY_MS;
    const attempt = kept?.attempt ?? encode(freshAttempt());
    try {
      write(key, { attempt, freeUntil: kept?.freeUntil ?? until, keptUntil: until });
    } catch (error) {
      if (kept === null) {
        remove(key);
        throw error;
      }
    }
    return { attempt, fresh: kept === null };
  }

  return {
    begin: async (link) => {
      const key = PREFIX + link;
      return locks === undefined ? readOrMake(key) : await locks.request(key, () => readOrMake(key));
    },
    answered: (link, retryUntil) => {
      const kept = read(PREFIX + link);
      try {
        kept !== null && write(PREFIX + link, { ...kept, freeUntil: retryUntil, keptUntil: retryUntil });
      } catch {
        // The times from before the answer stay, and are near enough.
      }
    },
    pending: (link) => {
      const kept = read(PREFIX + link);
      return kept === null ? null : { freeUntil: kept.freeUntil, keptUntil: kept.keptUntil };
    },
    drop: (link) => remove(PREFIX + link),
    sweep: () => {
      try {
        const keys = Array.from({ length: storage?.length ?? 0 }, (_, at) => storage?.key(at) ?? "");
        keys.filter((key) => key.startsWith(PREFIX) && read(key) === null).forEach(remove);
      } catch {
        // A storage that can't be listed keeps nothing to sweep.
      }
    },
  };
}
