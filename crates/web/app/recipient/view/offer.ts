// Link and token are right: who shares, since when, until when, who was here before; and one button to view.

import type { Checked } from "../../api/types.ts";
import { around, count, locale, say } from "../../words/words.ts";
import type { OfferScreen, State } from "../state.ts";
import { part, type Part, type Piece } from "./element.ts";
import { legible } from "./legible.ts";
import { type Act, heading, lead, mainButton, note, reportButton, timeLeft, troubleNote, type View, when } from "./view.ts";

export function offerView(state: State, { checked, again }: OfferScreen, act: Act): View {
  const doubt = checked && checked.openings.length > 0 && !again ? "offer.doubt.opened" : "offer.doubt";
  return {
    key: "offer",
    title: say("offer.title"),
    door: "ajar",
    pieces: [
      heading(say("offer.title")),
      checked && lead(say("offer.lead")),
      again && note("calm", say("again")),
      checked && part("dl", { class: "facts" }, facts(checked, state.now)),
      troubleNote(state),
      mainButton(state, act, { name: "view" }, say("offer.view"), cost(checked?.views_left ?? null, again)),
      part("div", { class: "aside" }, part("p", {}, say(doubt)), reportButton(state, act)),
    ],
  };
}

/** How many views are left, in words. */
export function viewsLeft(left: number | null): string {
  return left === null ? say("views.unlimited") : left === 0 ? say("views.none") : count("views", left);
}

/** What viewing costs, where it may cost something. An answer that was lost may have spent a view, or its question may never have arrived. */
export function cost(left: number | null, again: boolean): string | null {
  if (again) {
    return say("cost.nothing");
  }
  return left === null ? null : left === 1 ? say("cost.only") : say("cost.counted", { count: new Intl.NumberFormat(locale()).format(left) });
}

function facts(checked: Checked, now: number): Part[] {
  const { sharer, sharer_email, shared_at, expires_at, views_left, openings, failed_tokens } = checked;
  const only = views_left === 1 && openings.length === 0;
  return [
    fact("offer.from", part("strong", {}, legible(sharer)), part("small", {}, legible(sharer_email))),
    fact("offer.since", when(shared_at)),
    fact("offer.until", when(expires_at), timeLeft(expires_at, now)),
    fact("offer.views", only ? say("views.only") : viewsLeft(views_left)),
    fact("offer.openings", ...(openings.length > 0 ? [part("ul", {}, openings.map(opening))] : [say("offer.openings.none")])),
    fact("offer.failed", failed_tokens > 0 ? new Intl.NumberFormat(locale()).format(failed_tokens) : say("offer.failed.none")),
  ];
}

function fact(name: Parameters<typeof say>[0], ...pieces: readonly Piece[]): Part {
  return part("div", {}, part("dt", {}, say(name)), part("dd", {}, ...pieces));
}

function opening({ at, address }: Checked["openings"][number]): Part {
  return part("li", {}, when(at), " ", part("small", {}, ...around("offer.address", "address", legible(address))));
}
