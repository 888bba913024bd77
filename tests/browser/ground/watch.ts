// Every page of every test is watched: what a page must never do fails its test, whatever else the test is about.
//
// Watched are violations of Content-Security-Policy and Trusted Types, errors in the console, exceptions that nobody caught,
// requests to anywhere else, and answers that refuse.

import type { BrowserContext, ConsoleMessage, Page } from "@playwright/test";

/** What the pages of a context did. */
export interface Watch {
  /** Complaints so far that the test didn't expect. */
  complaints(): readonly string[];
  /** All complaints, the expected ones too. */
  all(): readonly string[];
  /** From now on, and for what was before, complaints that match are part of the story. */
  expects(complaint: RegExp): void;
  /** All that stood in the consoles. */
  console(): readonly string[];
  /** Every address that was asked for, fragments left out as on the wire, with method and body. */
  requests(): readonly { readonly method: string; readonly url: string; readonly body: string }[];
}

/** The word by which a page's console line is known to come from the violation listener. */
const VIOLATION = "violated:";

/** Watches everything that the context's pages do; requests may go to these origins alone. */
export async function watch(context: BrowserContext, origins: readonly string[]): Promise<Watch> {
  const complaints: string[] = [];
  const expected: RegExp[] = [];
  const lines: string[] = [];
  const requests: { method: string; url: string; body: string }[] = [];

  await context.addInitScript((word) => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(word, event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample);
    });
  }, VIOLATION);
  context.on("console", (message) => {
    lines.push(message.text());
    if (message.type() === "error") {
      complaints.push(complaintOf(message));
    }
  });
  context.on("weberror", (error) => complaints.push(`uncaught: ${error.error().message}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol === "data:") {
      return; // A picture that stands in the page itself.
    }
    requests.push({ method: request.method(), url: request.url(), body: request.postData() ?? "" });
    if (!origins.includes(url.origin)) {
      complaints.push(`elsewhere: ${request.url()}`);
    }
  });
  const watchPage = (page: Page): void => {
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  };
  context.pages().forEach(watchPage);
  context.on("page", watchPage);

  return {
    complaints: () => complaints.filter((complaint) => !expected.some((one) => one.test(complaint))),
    all: () => complaints,
    expects: (complaint) => void expected.push(complaint),
    console: () => lines,
    requests: () => requests,
  };
}

/** A refusing answer is told as `network: STATUS LAST-PART-OF-PATH`, a lost one as `network: net::ERR_… LAST-PART-OF-PATH`. */
function complaintOf(message: ConsoleMessage): string {
  const text = message.text();
  if (text.startsWith(VIOLATION)) {
    return text;
  }
  const failed = /^Failed to load resource: (?:the server responded with a status of (\d+)|(net::\w+))/.exec(text);
  if (failed !== null) {
    return `network: ${failed[1] ?? failed[2]} ${new URL(message.location().url).pathname.split("/").at(-1)}`;
  }
  return `console: ${text}`;
}
