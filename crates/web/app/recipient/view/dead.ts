// Every dead end: what happened, whether anything was spent, and what to do now.

import { around, say } from "../../words/words.ts";
import { isReportable } from "../ends.ts";
import type { End, State } from "../state.ts";
import { part, type Piece } from "./element.ts";
import { legible } from "./legible.ts";
import { type Act, heading, lead, mainButton, remaining, reportButton, type View, when } from "./view.ts";

export function deadView(state: State, end: End, act: Act): View {
  const title = say(`end.${end.why}`);
  return {
    key: `dead ${end.why}`,
    title,
    door: "shut",
    pieces: [
      heading(title),
      lead(say(`end.${end.why}.what`)),
      end.why === "not-yet" && opens(end.startsAt, state.now),
      "hint" in end && end.hint !== null && part("blockquote", {}, part("p", {}, say("hint")), part("p", { dir: "auto" }, legible(end.hint))),
      part("p", {}, say(`end.${end.why}.do`)),
      again(state, end, act),
      (end.why === "no-fragment" || end.why === "damaged-link") && paste(end.pasted === true, act),
      isReportable(end) && part("div", { class: "aside" }, reportButton(state, act)),
    ],
  };
}

function opens(startsAt: number, now: number): Piece {
  return part(
    "p",
    { class: "opens" },
    part("strong", {}, ...around("opens", "when", when(startsAt))),
    part("small", {}, ...around("opens.left", "time", remaining(startsAt, now))),
  );
}

/** What may be different the next time can be tried again. */
function again(state: State, end: End, act: Act): Piece {
  switch (end.why) {
    case "no-network":
    case "daemon-away":
    case "daemon-unwell":
    case "too-many-requests":
      return mainButton({ ...state, trouble: end }, act, { name: "try-again" }, "");
    case "outside-networks":
    case "outside-share-networks":
    case "no-certificate":
    case "frozen":
    case "locked":
      return mainButton(state, act, { name: "try-again" }, say("retry"));
    default:
      return null;
  }
}

/** A mail program has lost a part of the link: it can be pasted whole. */
function paste(mistake: boolean, act: Act): Piece {
  const onsubmit = (event: Event): void => {
    event.preventDefault();
    const field = document.getElementById("link");
    if (field instanceof HTMLTextAreaElement) {
      act({ name: "link-pasted", text: field.value });
    }
  };
  return part(
    "form",
    { novalidate: true, onsubmit },
    part("label", { for: "link" }, say("link.label")),
    part("textarea", {
      id: "link",
      rows: "3",
      dir: "ltr",
      autocomplete: "off",
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
      inputmode: "url",
      "aria-invalid": mistake ? "true" : null,
      "aria-describedby": "mistake",
    }),
    part("p", { id: "mistake", class: "mistake", hidden: !mistake }, mistake && say("link.mistake")),
    part("button", { class: "main", type: "submit" }, part("span", {}, say("link.go"))),
  );
}
