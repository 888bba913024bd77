// What `update` remembers, what can happen to it, and what it wants done. Nothing is done here, and no key stands here.

import type { Failure } from "../api/links.ts";
import type { Checked, Knocked, Revealed, State as LinkState } from "../api/types.ts";
import type { Snapshot } from "../seal/link/snapshot.ts";
import type { Pending } from "./attempts.ts";
import type { Copied, Deed, End, FieldName, Screen, State } from "./state.ts";

/** For how long the page shows what was shared, unless that is prolonged. */
export const SHOWN_MS = 300_000;
/** How often an open page asks how its link stands. */
export const WATCH_MS = 20_000;
/** So many watches in a row without an answer are worth a word. */
export const WATCHES_MISSED = 3;

/** The page's state together with what views don't draw. */
export interface Page extends State {
  /** Whether a link is held at all. */
  readonly held: boolean;
  /** Whether the link asks for a token. */
  readonly withToken: boolean;
  /** What the link was like when it was last heard of. */
  readonly link: LinkState | null;
  readonly startsAt: number;
  /** An opening that can be taken up again. */
  readonly pending: Pending | null;
  /** Counts requests. An answer to another turn than this one comes too late and changes nothing. */
  readonly turn: number;
  /** The request that got no answer, and is sent again by "try again". */
  readonly retry: Request | null;
  readonly visible: boolean;
  readonly watch: Watch;
}

/** Asking again and again how the link stands. */
export interface Watch {
  /** When next. */
  readonly at: number;
  readonly underWay: boolean;
  /** How many in a row got no answer. */
  readonly missed: number;
}

/** The requests that people's deeds lead to. */
export type Request = "knock" | "check" | "reveal" | "burn" | "report";

/** What the runner is to do, in this order. */
export type Effect =
  | { readonly name: "send"; readonly what: Request; readonly turn: number }
  /** By a knock where no token was given yet. */
  | { readonly name: "watch"; readonly by: "knock" | "watch"; readonly turn: number }
  /** Derives what says that link and token are held, and keeps it. A link may have no token. */
  | { readonly name: "take-token"; readonly text: string | null }
  | { readonly name: "forget-keys" }
  | { readonly name: "drop-attempt" }
  | { readonly name: "copy"; readonly field: FieldName; readonly text: string }
  | { readonly name: "take-link"; readonly text: string };

/** Why something that was sent came to nothing. */
export type Failed = Failure | { readonly why: "not-opened" | "no-storage" };

/** What the runner tells. `pending` is what the browser keeps by then. */
export type News =
  /** The page begins; or it can't, for a reason that was found before anything was sent. */
  | { readonly name: "started"; readonly end: End | null }
  | { readonly name: "knocked"; readonly turn: number; readonly knocked: Knocked; readonly pending: Pending | null }
  | { readonly name: "checked"; readonly turn: number; readonly checked: Checked }
  | { readonly name: "opened"; readonly turn: number; readonly revealed: Told; readonly snapshot: Snapshot }
  | { readonly name: "burnt" | "reported"; readonly turn: number }
  | {
      readonly name: "failed";
      readonly turn: number;
      readonly what: Request;
      readonly failure: Failed;
      readonly pending: Pending | null;
    }
  | { readonly name: "watched"; readonly turn: number; readonly seen: Seen; readonly pending: Pending | null }
  | {
      readonly name: "watch-failed";
      readonly turn: number;
      readonly failure: Failure;
      readonly pending: Pending | null;
    }
  /** What became of a copy; nothing, once something else was copied by hand. */
  | { readonly name: "copied"; readonly copied: Copied | null }
  /** A pasted link is held now, or it was none. */
  | { readonly name: "link-taken"; readonly end: "no-fragment" | "damaged-link" | null }
  | { readonly name: "tick" | "online" }
  | { readonly name: "seen"; readonly visible: boolean }
  /** The browser puts the page away, and brings it back as it was. */
  | { readonly name: "left" | "returned" };

/** What the daemon says of a link along with what is sealed. */
export type Told = Pick<Revealed, "views_left" | "expires_at" | "retry_until">;

/** How a link stands. A knock tells the state alone. */
export interface Seen {
  readonly state: LinkState;
  readonly views?: { readonly left: number | null; readonly expiresAt: number };
}

export type Happening = Deed | News;

/** The next page, and what is to be done. */
export interface Next {
  readonly state: Page;
  readonly effects: readonly Effect[];
}

/** The page before anything happened. */
export function firstPage(now: number): Page {
  return {
    now,
    screen: { name: "knocking" },
    question: null,
    busy: false,
    trouble: null,
    held: false,
    withToken: true,
    link: null,
    startsAt: 0,
    pending: null,
    turn: 0,
    retry: null,
    visible: true,
    watch: { at: 0, underWay: false, missed: 0 },
  };
}

/** The page with another screen. What was asked or went wrong on the one before is over. */
export function onto(page: Page, screen: Screen): Page {
  return { ...page, screen, question: null, busy: false, trouble: null, retry: null };
}

/** A page and what is to be done. */
export function next(state: Page, ...effects: readonly Effect[]): Next {
  return { state, effects };
}

/** Sends a request, after what has to be done before. Until its answer comes, nothing else is sent. */
export function send(page: Page, what: Request, ...before: readonly Effect[]): Next {
  const turn = page.turn + 1;
  const state: Page = { ...page, turn, busy: true, trouble: null, retry: null };
  return next(state, ...before, { name: "send", what, turn });
}

/** Begins again with a knock. */
export function anew(page: Page): Next {
  return send(onto(page, { name: "knocking" }), "knock", { name: "forget-keys" });
}

/** The link is looked at again after the usual time. */
export function watchLater(page: Page): Page {
  return { ...page, watch: { ...page.watch, at: page.now + WATCH_MS } };
}
