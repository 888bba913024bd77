// Copies a value, and empties the clipboard a minute later where the browser lets a page do so.
//
// What else lies in the clipboard is never read: browsers ask people before they allow that.

import type { Copied, FieldName } from "./state.ts";

/** After how long the clipboard is emptied. */
export const CLEAR_MS = 60_000;

/** What the browser has to offer for this. */
export interface Desk {
  readonly now: () => number;
  readonly write: (text: string) => Promise<void>;
  readonly later: (ms: number, then: () => void) => void;
  readonly hasFocus: () => boolean;
  /** Calls once, when the page gets the focus. */
  readonly onFocus: (then: () => void) => void;
}

/** Copying, for the runner. */
export interface Clipboard {
  /** To be called within the click: browsers want to see a hand. */
  readonly copy: (field: FieldName, text: string) => Promise<void>;
  /** Something else was copied from the page: what lies in the clipboard by now isn't ours to empty. */
  readonly otherCopied: () => void;
}

/** Copies, and tells what became of it. */
export function keepClipboard(desk: Desk, tell: (copied: Copied | null) => void): Clipboard {
  let latest = 0;

  async function empty(mine: number, field: FieldName, clearsAt: number): Promise<void> {
    if (mine !== latest) {
      return;
    }
    if (!desk.hasFocus()) {
      // Browsers let only the page in front write.
      desk.onFocus(() => void empty(mine, field, clearsAt));
      return;
    }
    const how = await worked(desk.write(""));
    if (mine === latest) {
      tell({ field, how: how ? "cleared" : "kept", clearsAt });
    }
  }

  return {
    copy: async (field, text) => {
      const mine = (latest += 1);
      // No function that waits for the minute to pass may hold on to the text: it outlives what the page shows.
      const done = await worked(desk.write(text));
      if (mine !== latest) {
        return;
      }
      const clearsAt = desk.now() + CLEAR_MS;
      tell({ field, how: done ? "copied" : "failed", clearsAt });
      if (done) {
        desk.later(CLEAR_MS, () => void empty(mine, field, clearsAt));
      }
    },
    otherCopied: () => {
      latest += 1;
      tell(null);
    },
  };
}

async function worked(written: Promise<void>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch {
    return false;
  }
}

/** The browser's own clipboard. */
export function browserDesk(now: () => number): Desk {
  return {
    now,
    write: async (text) => navigator.clipboard.writeText(text),
    later: (ms, then) => void setTimeout(then, ms),
    hasFocus: () => document.hasFocus(),
    onFocus: (then) => window.addEventListener("focus", then, { once: true }),
  };
}
