// What can't be undone is asked once more: what will happen, the safe answer first.

import { say } from "../../words/words.ts";
import type { State } from "../state.ts";
import { part, type Part } from "./element.ts";
import { type Act, button, troubleNote, waiting } from "./view.ts";

/** The dialog, which is empty and closed while nothing is asked. */
export function questionView(state: State, act: Act): Part {
  const { question } = state;
  const nevermind = (event: Event): void => {
    event.preventDefault();
    act({ name: "never-mind" });
  };
  return part(
    "dialog",
    {
      "aria-labelledby": "question",
      "aria-describedby": "consequence",
      oncancel: nevermind,
      // Browsers close a dialog on the second Escape, whatever the page says. They tell a frame later, when it may be open again.
      onclose: question ? (event) => (event.target as HTMLDialogElement).open || nevermind(event) : null,
    },
    ...(question
      ? [
          part("h2", { id: "question" }, say(`ask.${question}.title`)),
          part("p", { id: "consequence" }, say(`ask.${question}.what`)),
          troubleNote(state),
          part(
            "div",
            { class: "answers" },
            button(state, act, { name: "never-mind" }, {}, say(`ask.${question}.no`)),
            button(state, act, { name: "confirm" }, { class: "danger" }, waiting(state, say(`ask.${question}.yes`))),
          ),
        ]
      : []),
  );
}

/** Opens or closes the dialog as the state has it. The browser keeps the focus inside, and gives it back. */
export function holdOpen(dialog: HTMLDialogElement, open: boolean): void {
  if (open && !dialog.open) {
    dialog.showModal();
  } else if (!open && dialog.open) {
    dialog.close();
  }
}
