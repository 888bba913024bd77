// What every screen is made of.

import type { Deed, State, Trouble } from "../state.ts";
import { around, locale, say } from "../../words/words.ts";
import { part, type Part, type Piece, type Traits } from "./element.ts";
import { duration, moment } from "./moment.ts";

/** What a screen's view makes of the state. */
export interface View {
  /** Another one is another screen: it is drawn anew, gets the focus and is announced. */
  readonly key: string;
  /** The heading that gets the focus, unless a field does; and the document's title, so nothing of what was shared. */
  readonly title: string;
  /** How far the little door in the mark stands open. */
  readonly door: "shut" | "ajar" | "open";
  readonly pieces: readonly Piece[];
}

export type Act = (deed: Deed) => void;

/** Deeds that send a request: they wait while another one is under way. */
const SENDING: readonly string[] = ["token-given", "view", "confirm", "try-again", "link-pasted"] satisfies Deed["name"][];

export function heading(...pieces: readonly Piece[]): Part {
  return part("h1", { tabindex: "-1" }, ...pieces);
}

export function lead(...pieces: readonly Piece[]): Part {
  return part("p", { class: "lead" }, ...pieces);
}

/** A button that keeps the focus while it waits. Of a double click only the first half counts where something would be sent. */
export function button(state: State, act: Act, deed: Deed, traits: Traits, ...pieces: readonly (Piece | readonly Piece[])[]): Part {
  const sends = SENDING.includes(deed.name);
  const waits = sends && (state.busy || wait(state) > 0);
  const onclick = (event: Event): void => void (waits || (sends && (event as UIEvent).detail > 1) || act(deed));
  return part("button", { type: "button", ...traits, "aria-disabled": waits ? "true" : null, onclick }, ...pieces);
}

/** The one thing to do next; after a request that got no answer, to try that again. */
export function mainButton(state: State, act: Act, deed: Deed, label: string, cost: string | null = null): Part {
  return button(
    state,
    act,
    state.trouble && deed.name !== "token-given" ? { name: "try-again" } : deed,
    { class: "main" },
    part("span", {}, waiting(state, state.trouble ? say("retry") : label)),
    cost !== null && part("small", {}, cost),
  );
}

/** Why the last request got no answer, and that nothing is lost by it. */
export function troubleNote({ trouble }: State): Piece {
  return trouble && note("warn", troubleText(trouble));
}

export function troubleText({ why }: Trouble): string {
  return `${say(`end.${why}`)}. ${say("trouble.kept")}`;
}

export function note(kind: "warn" | "calm", ...pieces: readonly (Piece | readonly Piece[])[]): Part {
  return part("div", { class: `note ${kind}` }, icon(kind === "warn" ? "warn" : "info"), part("p", {}, ...pieces));
}

/** What a button does; or why it has to wait, and for how long. */
export function waiting(state: State, label: string): string {
  const left = wait(state);
  return state.busy ? say("busy") : left > 0 ? say("retry.in", { time: duration(left, locale()) }) : label;
}

function wait({ now, trouble }: State): number {
  return trouble?.why === "too-many-requests" ? Math.max(0, trouble.retryAt - now) : 0;
}

/** A day and time for people and for machines. */
export function when(at: number): Part {
  return part("time", { datetime: new Date(at).toISOString() }, moment(at, locale()));
}

/** A time that runs down, in a text of its own; whoever listens isn't told each second. */
export function remaining(until: number, now: number): Part {
  return part("span", { class: "clock", role: "timer" }, duration(until - now, locale()));
}

/** "4 days left" */
export function timeLeft(until: number, now: number): Part {
  return part("small", {}, ...around("left", "time", remaining(until, now)));
}

/** A quiet way to say that something is wrong. */
export function reportButton(state: State, act: Act): Part {
  return button(state, act, { name: "ask", question: "report" }, { class: "quiet", "aria-haspopup": "dialog" }, say("report.ask"));
}

const STROKES = {
  show: "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  hide: "M4 4l16 16M9.5 5.8A10 10 0 0 1 12 5.5c6.4 0 10 6.5 10 6.5a17 17 0 0 1-3 3.7M6 7.5A16 16 0 0 0 2 12s3.6 6.5 10 6.5a10 10 0 0 0 4.2-.9",
  copy: "M9 9h11v12H9zM5 15H4V3h11v2",
  done: "M4.5 12.5l5 5 10-11",
  warn: "M12 3.5L22 20.5H2zM12 10v5M12 17.7v.3",
  info: "M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19zM12 11v6M12 7v.3",
} as const;

export function icon(name: keyof typeof STROKES): Part {
  return part("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }, part("path", { d: STROKES[name] }));
}
