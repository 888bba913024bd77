// The fixtures: an appliance for each worker, a watched context for each test, and whatever else a test opens, closed behind it.

import { test as base, expect } from "@playwright/test";

import { openAppliance, type Appliance } from "./appliance.ts";
import { prepared, trustedKey } from "./prepared.ts";
import { proxyTo, type Proxy } from "./proxy.ts";
import { watch, type Watch } from "./watch.ts";

export { expect };

interface ForEachWorker {
  readonly appliance: Appliance;
}

interface ForEachTest {
  /** What the test's pages did. */
  readonly watched: Watch;
  /** An appliance for this test alone, with these settings: for whoever stops it, or lets its time pass. */
  readonly another: (settings?: string) => Promise<Appliance>;
  /** A line to an appliance that can be cut. */
  readonly lineTo: (appliance: Appliance) => Promise<Proxy>;
  /** Where requests may go besides the worker's appliance. */
  readonly origins: string[];
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const test = base.extend<ForEachTest, ForEachWorker>({
  appliance: [
    async ({}, use) => {
      const appliance = await openAppliance(prepared());
      await use(appliance);
      await appliance.close();
    },
    { scope: "worker" },
  ],
  // The browser trusts the appliance's key as it would trust an authority: caches and secure contexts are as in life.
  launchOptions: [
    async ({}, use) => {
      const trust = `--ignore-certificate-errors-spki-list=${await trustedKey(prepared())}`;
      await use({ executablePath: "/usr/bin/chromium", args: [...FLAGS, trust] });
    },
    { scope: "worker" },
  ],
  origins: async ({ appliance }, use) => use([appliance.url]),
  watched: [
    async ({ context, origins }, use) => {
      const watched = await watch(context, origins);
      await use(watched);
      expect(watched.complaints(), "what pages must not do").toEqual([]);
    },
    { auto: true },
  ],
  another: async ({ origins }, use) => {
    const opened: Appliance[] = [];
    await use(async (settings) => {
      const appliance = await openAppliance(prepared(), settings);
      opened.push(appliance);
      origins.push(appliance.url);
      return appliance;
    });
    await Promise.all(opened.map((appliance) => appliance.close()));
  },
  lineTo: async ({ origins }, use) => {
    const opened: Proxy[] = [];
    await use(async (appliance) => {
      const proxy = await proxyTo(appliance.port);
      opened.push(proxy);
      origins.push(proxy.url);
      return proxy;
    });
    await Promise.all(opened.map((proxy) => proxy.close()));
  },
});
