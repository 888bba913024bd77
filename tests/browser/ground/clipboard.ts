// What lies in the browser's clipboard, read by somebody else: the page itself may not read it.

import type { Browser } from "@playwright/test";

import type { Appliance } from "./appliance.ts";

/** Reads it as another page would that the reader has allowed to. */
export async function clipboardOf(browser: Browser, { url }: Appliance): Promise<string> {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  try {
    const page = await context.newPage();
    await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Desk</title>" }));
    await page.goto(url);
    await page.bringToFront();
    return await page.evaluate(() => navigator.clipboard.readText());
  } finally {
    await context.close();
  }
}
