// Draws the page's state. A new screen gets the focus and is announced; on the same one only what differs is touched.

import { chooseLanguage, findLanguage, language, LANGUAGES, say } from "../../words/words.ts";
import type { Deed, State } from "../state.ts";
import { destroyedView, forgottenView, reportedView } from "./after.ts";
import { deadView } from "./dead.ts";
import { part, type Part, patch } from "./element.ts";
import { knockingView } from "./knocking.ts";
import { newsOf } from "./news.ts";
import { offerView } from "./offer.ts";
import { holdOpen, questionView } from "./question.ts";
import { shownView } from "./shown.ts";
import { tokenView } from "./token.ts";
import type { Act, View } from "./view.ts";

/** What was drawn last, and what a screen reader was told. */
interface Drawn {
  readonly state: State;
  readonly key: string;
  readonly news: string;
}

const drawn = new WeakMap<HTMLElement, Drawn>();

/** Makes `root` show the state, and sends what people do to `act`. */
export function draw(root: HTMLElement, state: State, act: (deed: Deed) => void): void {
  const last = drawn.get(root);
  const redraw = (): void => draw(root, drawn.get(root)?.state ?? state, act);
  if (!last) {
    findLanguage(redraw);
    root.replaceChildren();
  }
  const view = viewOf(state, act);
  const fresh = last?.key !== view.key;
  const told = fresh ? view.title : newsOf(last.state, state);
  // The same words once more are news only if they differ.
  const news = told === "" ? (last?.news ?? "") : told === last?.news ? `${told}\u00a0` : told;
  drawn.set(root, { state, key: view.key, news });

  document.title = `${view.title} · Postern`;
  patch(root, [
    header(view, redraw),
    part("main", { key: view.key, class: view.door }, ...view.pieces),
    part("footer", {}, part("p", {}, say("page.promise"))),
    part("p", { class: "unseen", role: "status" }, news),
    questionView(state, act),
  ]);
  const dialog = root.querySelector("dialog");
  if (dialog) {
    holdOpen(dialog, state.question !== null);
  }
  if (fresh && state.screen.name !== "knocking") {
    scrollTo(0, 0);
    focusOn(root);
  } else if (mistaken(state) !== null && mistaken(state) !== mistaken(last?.state)) {
    focusOn(root);
  }
}

function viewOf(state: State, act: Act): View {
  const { screen } = state;
  switch (screen.name) {
    case "knocking":
      return knockingView();
    case "token":
      return tokenView(state, screen, act);
    case "offer":
      return offerView(state, screen, act);
    case "shown":
      return shownView(state, screen, act);
    case "forgotten":
      return forgottenView(state, screen, act);
    case "destroyed":
      return destroyedView();
    case "reported":
      return reportedView();
    case "dead":
      return deadView(state, screen.end, act);
  }
}

/** The mark, whose little door opens as the recipient gets further; and the choice of languages. */
function header({ door }: View, redraw: () => void): Part {
  const onchange = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    void chooseLanguage(select.value).then(() => {
      select.value = language();
      redraw();
    });
  };
  const languages = Object.entries(LANGUAGES).map(([tag, name]) =>
    part("option", { value: tag, lang: tag, selected: tag === language() }, name),
  );
  return part(
    "header",
    {},
    part("p", { class: `mark ${door}` }, "Postern"),
    part("select", { "aria-label": say("page.language"), autocomplete: "off", onchange }, languages),
  );
}

/** What came of the last token: another mistake leads back to the field. */
function mistaken(state: State | undefined): unknown {
  return state?.screen.name === "token" ? state.screen.refused : null;
}

/** Where people go on: the field, else the heading. */
function focusOn(root: HTMLElement): void {
  const target = root.querySelector<HTMLElement>("main input") ?? root.querySelector<HTMLElement>("main h1");
  target?.focus({ preventScroll: true });
}
