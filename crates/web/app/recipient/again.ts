// Taking up an opening again whose answer was lost, or whose page is gone: for ten minutes it costs no second view.

import type { State as LinkState } from "../api/types.ts";
import type { Page } from "./page.ts";
import type { TokenScreen } from "./state.ts";

/** States in which the daemon still gives an earlier attempt its answer. Revoking, freezing and burning end that. */
const TAKEN_UP: readonly LinkState[] = ["used-up", "expired", "locked"];

/** Whether an answer that was given once can still be had again. */
export function lasts(link: LinkState): boolean {
  return link === "open" || TAKEN_UP.includes(link);
}

/** Whether the link, although nobody else can open it any more, can be opened by who was about to. */
export function canBeTakenUp(page: Page): boolean {
  return page.pending !== null && page.link !== null && TAKEN_UP.includes(page.link);
}

/** Whether viewing costs no view. */
export function isAgain(page: Page): boolean {
  return page.pending !== null && (page.link === "open" ? page.now < page.pending.freeUntil : canBeTakenUp(page));
}

/** Asks for the token. */
export function tokenScreen(
  page: Page,
  purpose: TokenScreen["purpose"],
  refused: TokenScreen["refused"] = null,
): TokenScreen {
  return { name: "token", purpose, again: purpose === "view" && isAgain(page), refused };
}

/** The offer to take up an opening at a link that has ended: the daemon says nothing more of it. */
export function takenUp(page: Page): Page {
  return { ...page, screen: { name: "offer", checked: null, again: true } };
}
