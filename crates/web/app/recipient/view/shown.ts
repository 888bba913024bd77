// What was shared. A hidden value isn't in the page at all, and what stands in its place tells nothing of its length.

import { around, locale, say } from "../../words/words.ts";
import { type Field, fieldsOf, valueOf } from "../fields.ts";
import type { FieldName, ShownScreen, State } from "../state.ts";
import { part, type Part, type Piece } from "./element.ts";
import { isOdd, legible, pageAt } from "./legible.ts";
import { timeOfDay } from "./moment.ts";
import { viewsLeft } from "./offer.ts";
import {
  type Act, button, heading, icon, mainButton, note, remaining, reportButton, timeLeft, troubleNote, type View,
} from "./view.ts";

export function shownView(state: State, screen: ShownScreen, act: Act): View {
  const { contents, sharer } = screen;
  const fields = fieldsOf(contents);
  const all = fields.every((field) => screen.legible.has(field));
  return {
    key: "shown",
    title: say("shown.title"),
    door: "open",
    pieces: [
      part("p", { class: "kind" }, say(`kind.${contents.kind}`)),
      heading(legible(contents.name)),
      part("p", { class: "hint" }, ...around("shown.from", "sharer", legible(sharer))),
      differences(screen),
      byNow(screen),
      part(
        "div",
        { class: "note calm forgets" },
        part("p", {}, ...around("forgets", "time", remaining(screen.forgetsAt, state.now))),
        button(state, act, { name: "prolong" }, {}, say("forgets.prolong")),
        button(state, act, { name: "forget" }, {}, say("forgets.now")),
      ),
      fields.length > 1 &&
        part(
          "div",
          { class: "all" },
          button(state, act, { name: "all-toggled" }, {}, icon(all ? "hide" : "show"), say(all ? "hide.all" : "show.all")),
        ),
      part("div", { class: "fields" }, fields.map((field) => value(state, screen, field, act))),
      part(
        "p",
        { class: "hint" },
        part("strong", {}, viewsLeft(screen.viewsLeft)),
        " · ",
        timeLeft(screen.expiresAt, state.now),
        part("br"),
        state.now < screen.retryUntil && say("shown.back", { time: timeOfDay(screen.retryUntil, locale()) }),
      ),
      troubleNote(state),
      state.trouble && mainButton(state, act, { name: "try-again" }, ""),
      part(
        "div",
        { class: "aside" },
        button(state, act, { name: "ask", question: "destroy" }, { class: "danger", "aria-haspopup": "dialog" }, say("shown.done")),
        reportButton(state, act),
      ),
    ],
  };
}

export function label(field: FieldName): string {
  return say(`field.${field as Field}`);
}

/** What became of copying. */
export function copiedText({ copied }: ShownScreen, now: number): string | null {
  return copied && say(`copied.${copied.how}`, { seconds: Math.max(0, Math.ceil((copied.clearsAt - now) / 1000)) });
}

/** The buttons stand before the value: who shows it, goes on to it. */
function value(state: State, screen: ShownScreen, field: Field, act: Act): Part {
  const text = valueOf(screen.contents, field);
  const shows = screen.legible.has(field);
  const copied = screen.copied?.field === field ? screen.copied.how : null;
  const name = label(field);
  const show = say(shows ? "hide" : "show");
  return part(
    "div",
    { role: "group", "aria-label": name, class: "field" },
    part("h2", {}, name),
    button(
      state,
      act,
      { name: "field-toggled", field },
      { "aria-label": `${show}: ${name}` },
      icon(shows ? "hide" : "show"),
      part("span", {}, show),
    ),
    button(
      state,
      act,
      { name: "copy", field },
      { "aria-label": `${say("copy")}: ${name}`, class: copied === "copied" ? "did" : null },
      icon(copied === "copied" ? "done" : "copy"),
      part("span", {}, say("copy")),
    ),
    shows
      ? part("div", { key: "shown", class: "value" }, written(field, text))
      : part(
          "div",
          { key: "hidden", class: "value" },
          part("span", { "aria-hidden": "true" }, "••••••••••"),
          part("span", { class: "unseen" }, say("hidden")),
        ),
    part("p", { class: "hint", hidden: !(shows && isOdd(text)) }, say("odd")),
    part(
      "p",
      { class: copied === "failed" || copied === "kept" ? "mistake" : "hint good", hidden: !copied },
      copied && copiedText(screen, state.now),
    ),
  );
}

/** A web address can be followed; everything else can only be read. */
function written(field: Field, text: string): Piece {
  const page = field === "url" || field === "application_url" ? pageAt(text) : null;
  return page === null ? legible(text) : part("a", { href: page, target: "_blank", rel: "noreferrer noopener" }, legible(text));
}

function differences({ differences }: ShownScreen): Piece {
  const which = differences.map((what) => say(`differs.${what}`)).join(", ");
  return differences.length > 0 && note("warn", say("differs"), " ", part("strong", {}, which));
}

/** What has become of the link while this was shown. Spent views are no news here: their number stands below. */
function byNow({ link }: ShownScreen): Piece {
  return link !== "open" && link !== "waiting" && link !== "used-up" && note("warn", say("by-now", { what: say(`end.${link}`) }));
}
