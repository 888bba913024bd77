// What comes afterwards: forgotten, destroyed, reported.

import { locale, say } from "../../words/words.ts";
import type { ForgottenScreen, State } from "../state.ts";
import { part } from "./element.ts";
import { timeOfDay } from "./moment.ts";
import { cost, viewsLeft } from "./offer.ts";
import { type Act, heading, lead, mainButton, note, timeLeft, troubleNote, type View } from "./view.ts";

export function forgottenView(state: State, screen: ForgottenScreen, act: Act): View {
  const free = state.now < screen.retryUntil;
  const alive = state.now < screen.expiresAt;
  const can = free || (alive && screen.viewsLeft !== 0);
  return {
    key: "forgotten",
    title: say("forgotten.title"),
    door: "shut",
    pieces: [
      heading(say("forgotten.title")),
      lead(say("forgotten.lead")),
      free && note("calm", say("shown.back", { time: timeOfDay(screen.retryUntil, locale()) })),
      alive && part("p", { class: "hint" }, part("strong", {}, viewsLeft(screen.viewsLeft)), " · ", timeLeft(screen.expiresAt, state.now)),
      !can && part("p", {}, say(alive ? "forgotten.spent" : "end.expired.do")),
      troubleNote(state),
      can && mainButton(state, act, { name: "view" }, say("forgotten.again"), cost(screen.viewsLeft, free)),
    ],
  };
}

export function destroyedView(): View {
  const title = say("destroyed.title");
  return { key: "destroyed", title, door: "shut", pieces: [heading(title), lead(say("destroyed.lead"))] };
}

export function reportedView(): View {
  const title = say("reported.title");
  return { key: "reported", title, door: "shut", pieces: [heading(title), lead(say("reported.lead")), part("p", {}, say("reported.do"))] };
}
