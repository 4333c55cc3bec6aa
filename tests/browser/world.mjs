/* One world for a test file: the program on a seeded instance, and a real Chromium in front of it.
 * Whatever a page complains about (errors, refusals by the content policy) fails the test that
 * looked at it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { entente, newDirectory, PROGRAM, serve, signIn } from './server.mjs';
import { seed } from './seed.mjs';

const PATIENCE = 30000; /* ms: how long a page may take until it is so */
const CHROMIUM = process.env.ENTENTE_CHROMIUM ?? '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/* Why the tests cannot run here, or false. */
export const missing =
  !PROGRAM || !existsSync(PROGRAM)
    ? 'ENTENTE names no program'
    : !existsSync(CHROMIUM)
      ? `there is no ${CHROMIUM}`
      : false;

export const launch = () => chromium.launch({ executablePath: CHROMIUM, args: QUIET });

export async function build() {
  const { dir, remove } = newDirectory();
  const server = await serve(dir);
  const api = await signIn(server.base, server.link);
  const seeded = await seed(api);
  entente(dir, 'home', seeded.home);
  const browser = await launch();
  return {
    ...server,
    dir,
    api,
    seeded,
    browser,
    close: async () => {
      await browser.close();
      await server.stop();
      remove();
    },
  };
}

/* What a page says that it should not. The refusal that leads to the sign-in page is expected. */
export function listen(page) {
  const said = [];
  page.on('pageerror', (e) => said.push(String(e)));
  page.on('console', (m) => {
    const text = m.text();
    if (m.type() === 'error' && !/status of (401|404|409|410|412|422|428)/.test(text)) said.push(text);
  });
  return said;
}

/* A test that passes on a quick machine alone is wrong: ENTENTE_SLOW=N makes the pages N times as slow
 * and lets every answer take 20 N ms, so that what happens to be there in time no longer is. */
const SLOW = Number(process.env.ENTENTE_SLOW ?? 1);
export async function hinder(page) {
  page.setDefaultTimeout(PATIENCE);
  if (SLOW <= 1) return;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW });
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20 * SLOW,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
}

/* A signed-in page in a context of its own; `test` fails if the page complains. */
export async function visit(world, options, test) {
  const context = await world.browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-CA',
    ...options,
  });
  await context.addCookies([{ ...world.api.cookie, url: world.base }]);
  const page = await context.newPage();
  await hinder(page);
  const said = listen(page);
  try {
    await test(page, (path) => page.goto(world.base + path).then(() => ready(page)));
    assert.deepEqual(said, []);
  } finally {
    await context.close();
  }
}

/* The heading is there and nothing is still loading. */
export async function ready(page) {
  await page.locator('h1').first().waitFor();
  await until(async () => (await page.locator('.loading').count()) === 0);
}

/* Asks until it is so. (Playwright's own waitForFunction evaluates text, which the content policy of
 * the program rightly refuses.) */
export async function until(holds, patience = PATIENCE) {
  for (const end = Date.now() + patience; ;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`never so: ${holds}`);
    await new Promise((r) => setTimeout(r, 40));
  }
}

/* What axe-core finds wrong, once nothing is read anew and everything that moves has come to rest: half-way through its
 * entrance a dialog is translucent, and its colours are not those that a reader gets. */
export async function axe(page) {
  await until(async () => (await page.locator('.busy').count()) === 0);
  await page.evaluate(AXE);
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((a) => a.effect.getComputedTiming().endTime !== Infinity)
        .map((a) => a.finished.catch(() => {})),
    ),
  );
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    }),
  );
  return violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} (${n.failureSummary})`).join('; ')}`,
  );
}
