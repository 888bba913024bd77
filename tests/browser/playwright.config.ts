// How Playwright runs the stories. `cargo test -p postern-tests --test browser` is the door.

import { defineConfig } from "@playwright/test";

export default defineConfig({
  globalSetup: "./ground/prepared.ts",
  outputDir: process.env["POSTERN_BROWSER_RESULTS"] ?? "../../target/browser-results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // Only turns a hang into a failure: nothing is measured.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [["line"]],
  use: { actionTimeout: 15_000 },
  projects: [
    { name: "stories", testDir: "stories", testMatch: "*.story.ts" },
    { name: "pictures", testDir: "pictures", testMatch: "*.picture.ts" },
  ],
});
