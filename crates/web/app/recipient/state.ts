// Everything that the recipient's page shows, and all that can happen to it.
//
// No link secret, no token and no key stands here: the runner holds those. What was shared stands here only while it is shown.

import type { Checked, State as LinkState } from "../api/types.ts";
import type { Contents } from "../seal/item/contents.ts";

/** The page's state. `update` makes the next one; views draw it and change nothing. Times are milliseconds since 1970 on the daemon's clock. */
export interface State {
  readonly now: number;
  readonly screen: Screen;
  /** What is asked once more before it is done. */
  readonly question: Question | null;
  /** A request is under way: whatever would send another one waits. */
  readonly busy: boolean;
  /** Why the last request got no answer that counts. The screen stays, and the same can be tried again. */
  readonly trouble: Trouble | null;
}

/** What can be asked once more. */
export type Question = "destroy" | "report";

/** What the page shows: one of these at a time. */
export type Screen =
  | { readonly name: "knocking" }
  | TokenScreen
  | OfferScreen
  | ShownScreen
  | ForgottenScreen
  | { readonly name: "destroyed" }
  | { readonly name: "reported" }
  | { readonly name: "dead"; readonly end: End };

/** The link is right: the token is asked for. */
export interface TokenScreen {
  readonly name: "token";
  /** What the token is asked for. */
  readonly purpose: "view" | "report";
  /** An opening of the last ten minutes can be taken up again: it costs no view. */
  readonly again: boolean;
  /**
   * What came of the last token that was typed. A malformed one was not sent, and counts nowhere. `no-match`: at a link that has
   * ended the daemon doesn't tell a wrong token from one that comes too late; nothing was counted.
   */
  readonly refused: { readonly why: "malformed" | "no-match" } | { readonly why: "wrong"; readonly triesLeft: number } | null;
}

/** Link and token are right: who shares, and one button to view. */
export interface OfferScreen {
  readonly name: "offer";
  /** The daemon's word; nothing where an opening is taken up again on a link that has no views left. */
  readonly checked: Checked | null;
  /** As on [TokenScreen]. */
  readonly again: boolean;
}

/** What was shared. */
export interface ShownScreen {
  readonly name: "shown";
  readonly sharer: string;
  readonly contents: Contents;
  /** Which values are legible; all others are hidden. */
  readonly legible: ReadonlySet<FieldName>;
  /** The value that was copied last, and what became of it. */
  readonly copied: Copied | null;
  readonly viewsLeft: number | null;
  readonly expiresAt: number;
  /** Until when viewing again costs no view. */
  readonly retryUntil: number;
  /** When the page forgets what it shows, unless this is prolonged. */
  readonly forgetsAt: number;
  /** What the link is like by now. */
  readonly link: LinkState;
  /** Where what the sharer sealed and what the daemon said before differ: somebody may have lied. */
  readonly differences: readonly ("sharer" | "expiry" | "views" | "start")[];
}

/** A value of what was shared, by the name of its member in the sealed JSON. */
export type FieldName = string;

/** A copy to the clipboard: `cleared` and `kept` tell whether the browser let the page empty it afterwards. */
export interface Copied {
  readonly field: FieldName;
  readonly how: "copied" | "failed" | "cleared" | "kept";
  /** When the page empties the clipboard. */
  readonly clearsAt: number;
}

/** The page has forgotten what it showed. */
export interface ForgottenScreen {
  readonly name: "forgotten";
  readonly viewsLeft: number | null;
  readonly expiresAt: number;
  readonly retryUntil: number;
}

/** Why a request got no answer that counts. */
export type Trouble =
  | { readonly why: "no-network" | "daemon-away" | "daemon-unwell" }
  | { readonly why: "too-many-requests"; readonly retryAt: number };

/** A dead end. Each has its own page that says plainly what to do. */
export type End =
  | { readonly why: "not-yet"; readonly startsAt: number }
  | { readonly why: "used-up" | "expired" | "revoked" | "burnt" | "frozen" | "locked" | "unknown-link" }
  | { readonly why: "outside-networks" | "outside-share-networks"; readonly hint: string | null }
  /** The door asks for a certificate of the device, since the page was loaded or for want of one that counts. */
  | { readonly why: "no-certificate" }
  /** Nothing was reached, and there was nothing to show yet. */
  | Trouble
  /** The browser lacks what the page needs. */
  | { readonly why: "browser-too-old" }
  /** The page can keep nothing here: a mail program's preview, or storage is switched off. */
  | { readonly why: "no-storage" }
  /** The part behind the # is missing, or is none: in the address, or in what was `pasted` here since. */
  | { readonly why: "no-fragment" | "damaged-link"; readonly pasted?: boolean }
  /** What the daemon handed out doesn't fit the link: it was swapped or damaged, and nothing of it is shown. */
  | { readonly why: "not-opened" };

/**
 * What people do. At a dead end (used up, expired, burnt, not opened) `ask` for "report" and `confirm` lead to the token screen,
 * which then reports; `never-mind` leads back from there.
 */
export type Deed =
  | { readonly name: "token-given"; readonly text: string }
  | { readonly name: "view" }
  | { readonly name: "field-toggled"; readonly field: FieldName }
  | { readonly name: "all-toggled" }
  | { readonly name: "copy"; readonly field: FieldName }
  | { readonly name: "prolong" }
  | { readonly name: "forget" }
  | { readonly name: "ask"; readonly question: Question }
  | { readonly name: "never-mind" }
  | { readonly name: "confirm" }
  | { readonly name: "try-again" }
  | { readonly name: "link-pasted"; readonly text: string };
